ALTER TABLE `call_segments` ADD `party` varchar(64) CHARACTER SET ascii COLLATE ascii_bin;--> statement-breakpoint
ALTER TABLE `call_segments` ADD `party_name` varchar(64);--> statement-breakpoint
ALTER TABLE `call_segments` ADD `party_number` varchar(32) CHARACTER SET ascii COLLATE ascii_bin;