-- SAMPLE DATA: the Harborlight Cooperative, its customers and its places are invented.
-- Dates are kept as distances from today, so that the demonstration does not go stale.

CREATE TABLE area (zip TEXT PRIMARY KEY, x REAL NOT NULL, y REAL NOT NULL);  -- miles on a map
CREATE TABLE customer (account TEXT PRIMARY KEY, name TEXT NOT NULL, zip TEXT NOT NULL);
CREATE TABLE due (account TEXT PRIMARY KEY, cents INTEGER NOT NULL, in_days INTEGER);
CREATE TABLE line (account TEXT, months_ago INTEGER, place INTEGER, label TEXT, cents INTEGER);
CREATE TABLE policy (name TEXT PRIMARY KEY, value INTEGER NOT NULL);
CREATE TABLE arrangement (account TEXT PRIMARY KEY, payments TEXT NOT NULL,
                          first_due_on TEXT NOT NULL, agreed_at TEXT NOT NULL);
CREATE TABLE outage (kind TEXT, zip TEXT, cause TEXT, began_minutes_ago INTEGER, back_in_minutes INTEGER);
CREATE TABLE place (id INTEGER PRIMARY KEY, name TEXT, address TEXT, zip TEXT, x REAL, y REAL,
                    phone TEXT, offers TEXT, bring TEXT);
CREATE TABLE hours (place INTEGER, weekdays TEXT, opens TEXT, closes TEXT);  -- 0 is Monday

INSERT INTO area VALUES ('49901', 0, 0), ('49902', 4, 1), ('49903', 2, 6), ('49904', 9, 4);

INSERT INTO customer VALUES
  ('204417', 'Maria Delgado', '49901'),
  ('318852', 'Thomas Okafor', '49902'),
  ('447120', 'June Whitaker', '49903');

INSERT INTO due VALUES ('204417', 14260, 9), ('318852', 0, NULL), ('447120', 38615, -23);

INSERT INTO line VALUES
  ('204417', 0, 1, 'Electricity, 612 kWh', 8874), ('204417', 0, 2, 'Internet, Lakeside 100', 4500),
  ('204417', 0, 3, 'Late fee', 500),              ('204417', 0, 4, 'Taxes and fees', 386),
  ('204417', 1, 1, 'Electricity, 428 kWh', 6206), ('204417', 1, 2, 'Internet, Lakeside 100', 4500),
  ('204417', 1, 4, 'Taxes and fees', 321),
  ('318852', 0, 1, 'Electricity, 390 kWh', 5655), ('318852', 0, 2, 'Internet, Lakeside 300', 6000),
  ('318852', 0, 4, 'Taxes and fees', 350),
  ('318852', 1, 1, 'Electricity, 402 kWh', 5829), ('318852', 1, 2, 'Internet, Lakeside 300', 6000),
  ('318852', 1, 4, 'Taxes and fees', 355),
  ('447120', 0, 1, 'Electricity, 803 kWh', 11644), ('447120', 0, 2, 'Internet, Lakeside 100', 4500),
  ('447120', 0, 3, 'Late fee', 1000),              ('447120', 0, 4, 'Taxes and fees', 514),
  ('447120', 0, 5, 'Carried over from last month', 20957),
  ('447120', 1, 1, 'Electricity, 1,090 kWh', 15805), ('447120', 1, 2, 'Internet, Lakeside 100', 4500),
  ('447120', 1, 4, 'Taxes and fees', 652);

INSERT INTO policy VALUES
  ('smallest_cents', 5000), ('smallest_for_six_cents', 10000), ('first_due_in_days', 14);

INSERT INTO outage VALUES
  ('internet', '49902', 'a damaged cable on Mill Street', 95, 150),
  ('power', '49903', 'a tree that fell on a line near Birch Road', 130, 200);

INSERT INTO place VALUES
  (1, 'Harborlight Community Kitchen', '12 Pier Street', '49901', 0.4, 0.3, '555-0110',
   'hot meals, also vegetarian and halal', 'Nothing to bring.'),
  (2, 'St. Brendan''s Pantry', '88 Chapel Road', '49901', -0.6, 0.8, '555-0111',
   'groceries, baby food and diapers', 'Bring a bag; no papers needed.'),
  (3, 'Mill Street Pantry', '240 Mill Street', '49902', 4.3, 1.4, '555-0112',
   'groceries, gluten-free shelf', 'Bring something with your address on it.'),
  (4, 'Lakeside School Supper Club', '5 Schoolhouse Lane', '49902', 3.6, 0.7, '555-0113',
   'supper for children and teens, free', 'No papers, no sign-up.'),
  (5, 'Birch Road Soup Kitchen', '31 Birch Road', '49903', 2.2, 6.3, '555-0114',
   'hot soup and bread, also vegan', 'Nothing to bring.'),
  (6, 'North Shore Senior Meals', '9 Shoreline Drive', '49903', 1.7, 5.6, '555-0115',
   'lunch for people of 60 and over, low-salt and diabetic meals', 'Nothing to bring.'),
  (7, 'Pine Hollow Food Shelf', '402 Hollow Road', '49904', 9.3, 4.2, '555-0116',
   'groceries and pet food', 'Bring a bag; no papers needed.'),
  (8, 'The Open Table', '77 Market Square', '49904', 8.8, 3.7, '555-0117',
   'hot supper, also vegetarian', 'Nothing to bring.');

INSERT INTO hours VALUES
  (1, '0123456', '11:30', '14:00'), (1, '0123456', '17:00', '19:30'),
  (2, '024', '09:00', '12:00'), (2, '5', '10:00', '13:00'),
  (3, '135', '13:00', '18:00'), (4, '01234', '16:30', '18:30'),
  (5, '0123456', '12:00', '20:00'), (6, '01234', '11:00', '13:00'),
  (7, '236', '10:00', '15:00'), (8, '0123456', '17:30', '20:30');
