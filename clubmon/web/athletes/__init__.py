"""One athlete: what is unusual, the chart, figures, headroom, and the athlete's own pages."""
