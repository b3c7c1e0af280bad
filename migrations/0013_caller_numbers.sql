ALTER TABLE `citizens` MODIFY COLUMN `other_phone` varchar(32) CHARACTER SET ascii COLLATE ascii_bin;--> statement-breakpoint
ALTER TABLE `tickets` ADD `caller_extension` varchar(6) CHARACTER SET ascii COLLATE ascii_bin;--> statement-breakpoint
ALTER TABLE `tickets` ADD `caller_other_phone` varchar(32) CHARACTER SET ascii COLLATE ascii_bin;