"""Migrations of the database, numbered by hand: 0001_start, 0002_…"""
