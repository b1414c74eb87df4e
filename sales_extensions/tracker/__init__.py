"""Sales Tracker: leads, opportunities and quotations in one table, and what each led to (K1-K5).

settings: the tables of fields, statuses and stages. fields: what a user may see and filter by. jobs: rows and
counts. related, story: what surrounds one job. export: the same rows as CSV.
"""

#: Enquiries, then proposals, in the order in which one leads to the other.
ENQUIRIES, PROPOSALS = ("Lead", "Opportunity"), ("Quotation",)
DOCTYPES = (*ENQUIRIES, *PROPOSALS)
KINDS = {"Enquiries": ENQUIRIES, "Proposals": PROPOSALS}
#: What a job is worth in company currency. A lead has no such field.
WORTH = {"Opportunity": "base_opportunity_amount", "Quotation": "base_grand_total"}
