"""Sales Extensions: sales performance for ERPNext."""

__version__ = "0.3.0"
