ALTER TABLE `messages` ADD `receipt` varchar(12) CHARACTER SET ascii COLLATE ascii_bin;--> statement-breakpoint
ALTER TABLE `messages` ADD `receipt_at` datetime(3);