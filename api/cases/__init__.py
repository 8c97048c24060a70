"""The cases that mediators take up: opened, routed, taken, answered, ended, and seen by those who may."""
