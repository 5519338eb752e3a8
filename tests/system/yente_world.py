"""Invented people and companies with all that can be tied to them, for the tests of yente's endpoints."""

SEEN = {"first_seen": "2024-01-02T03:04:05", "last_seen": "2026-01-02T03:04:05"}

WORLD = [
    {"id": "w-1", "caption": "Viktor Kuznedelev", "schema": "Person", "datasets": ["inv_sanctions", "inv_travel"],
     "referents": ["old-1", "old-2"], "target": True, "last_change": "2025-06-07T08:09:10", **SEEN,
     "properties": {"name": ["Viktor Kuznedelev", "Виктор Кузнеделев"], "birthDate": ["1971-03-14"],
                    "nationality": ["by"], "gender": ["male"], "topics": ["sanction"], "addressEntity": ["a-1"],
                    "notes": ["An invention."]}},
    {"id": "s-1", "schema": "Sanction", "caption": "Decree 12", "datasets": ["inv_sanctions"],
     "properties": {"entity": ["w-1"], "program": ["Decree 12"], "authority": ["Council of Nowhere"]}},
    {"id": "p-1", "schema": "Passport", "properties": {"holder": ["w-1"], "passportNumber": ["MP4471203"],
                                                      "country": ["by"]}},
    {"id": "a-1", "schema": "Address", "caption": "1 Nowhere Street, Minsk",
     "properties": {"full": ["1 Nowhere Street, Minsk"], "country": ["by"]}},
    {"id": "w-2", "caption": "Quelmond Trading GmbH", "schema": "Company", "datasets": ["inv_companies"],
     "last_change": "2024-02-03T04:05:06", **SEEN,
     "properties": {"name": ["Quelmond Trading GmbH"], "jurisdiction": ["de"], "registrationNumber": ["HRB 998877"],
                    "topics": ["sanction.linked"]}},
    {"id": "o-1", "schema": "Ownership", "caption": "Ownership",
     "properties": {"owner": ["w-1"], "asset": ["w-2"], "percentage": ["51"]}},
    {"id": "w-3", "caption": "Quelmond Shipping Ltd", "schema": "Company", "datasets": ["inv_companies"],
     "properties": {"name": ["Quelmond Shipping Ltd"], "parent": ["w-2"], "country": ["mt"]}},
    {"id": "w-4", "caption": "Salma Benrahhou", "schema": "Person", "datasets": ["inv_peps"],
     "properties": {"name": ["سلمى بنرحو"], "alias": ["Salma Benrahhou"], "birthDate": ["1984"],
                    "nationality": ["ma"], "gender": ["female"], "topics": ["role.pep"]}},
    {"id": "q-1", "schema": "Position", "caption": "Minister of Invention", "datasets": ["inv_peps"],
     "properties": {"name": ["Minister of Invention"], "country": ["ma"]}},
    {"id": "c-1", "schema": "Occupancy", "properties": {"holder": ["w-4"], "post": ["q-1"], "startDate": ["2020"]}},
    {"id": "w-5", "caption": "Golden Pelikan", "schema": "Vessel", "datasets": ["inv_sanctions"],
     "properties": {"name": ["Golden Pelikan"], "imoNumber": ["9876543"], "flag": ["pa"], "owner": ["w-2"]}},
    {"id": "f-1", "schema": "Family", "properties": {"person": ["w-1"], "relative": ["w-4"], "relationship": ["cousin"]}},
]
