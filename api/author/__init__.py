"""What authors see of their procedures in the browser: the drawing, the texts, the problems, a simulator."""
