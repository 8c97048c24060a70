"""People who help: territories, and when somebody can call back."""
