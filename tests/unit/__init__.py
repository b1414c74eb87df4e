"""A package, so that its helpers never meet others of the same name in one run."""
