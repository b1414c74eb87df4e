"""The engine on CSV files: for who evaluates the app, asks what-if, or audits a site (X3)."""
