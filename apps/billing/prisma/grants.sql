-- What the service may do, table by table: what was ordered, priced and invoiced is added and never rewritten.

-- Append-only.
grant select, insert on
  billing_rhythm, chorus_pro, commitment, ledger_line, membership_bound,
  price, supplier_account,
  billing_run,
  invoice_line, invoice_vat_total, invoice_document, draft_answer, settlement,
  terms_reminder
  to :"service";

-- A run and its members go on.
grant update (held_up) on billing_run to :"service";
grant select, insert on billing_run_member to :"service";
grant update (status, code, detail, attempts, settled_on) on billing_run_member to :"service";

-- An invoice goes from draft to finalised or withdrawn, its series from number to number.
grant select, insert on invoice to :"service";
grant update (status, number, sequence, series_year, issued_on, due_on, withdrawn_on, withdrawal_reason) on invoice to :"service";
grant select, insert on invoice_series to :"service";
grant update (last_sequence, last_issued_on) on invoice_series to :"service";

-- Copies of what membership owns.
grant select, insert on market, membership to :"service";
grant update (version, terms) on market to :"service";
grant update (membership_version, ledger_head, buyer, signed, starts_on, ends_on, announced_ends_on) on membership to :"service";

-- A copy of what directory owns.
grant select, insert, delete on school to :"service";
grant update (name, revision) on school to :"service";

-- Stand until the number is given.
grant select, insert, delete on draft_review, invoice_review to :"service";
grant update (membership_version, late_facts, reviewed_on, to_mend) on invoice_review to :"service";
grant update (membership_version, late_facts) on draft_review to :"service";
grant select, insert on late_usage to :"service";
grant update (told) on late_usage to :"service";
grant select, insert, update, delete on numbering_failure to :"service";
