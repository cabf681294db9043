"""A made-up club: written out as real export files, then put through the real work.

Everything here is invented, and every name, label and export says so where it can.
"""
