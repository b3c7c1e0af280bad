ALTER TABLE `catalogue_rules` ADD `title` varchar(32) DEFAULT '' NOT NULL;--> statement-breakpoint
-- A rule that somebody edited keeps its own words: until it has a title it is called by its key.
UPDATE `catalogue_rules` SET `title` = LEFT(`rule_key`, 32);
