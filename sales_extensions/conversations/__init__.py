"""Conversations with customers, leads and prospects (C1-C3, C7).

seeds     the lists that are there at first
parties   who is the same party: a lead that became a customer
access    who may see, edit and delete a conversation
notes     private notes, kept where only their writer reads them
facts     from a document to what the engine checks
settle    what a save fills in, checks and closes
"""
