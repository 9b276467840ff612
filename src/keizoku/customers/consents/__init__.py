"""What a customer agreed to, for which purpose, when and how; and what was withdrawn. Events, only ever added."""
