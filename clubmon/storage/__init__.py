"""Where things are kept: one store over two catalogs, and files that are whole or as before."""
