"""Target and result of sellers and teams, for the widget, the report and the statement (D3, T6, X4).

One rule says which targets make up a figure (`engine.rollup`), one reader says what the user may see of it, and
the ledger's entries are summed in one place. So the three agree, and agree with the targets, to the cent.
"""
