-- Of what the loads' years come to, the sums of the keys asked about. in: summed, numbers_resolved
SELECT s.* FROM summed AS s SEMI JOIN numbers_resolved AS n ON n.stored = s.person
