ALTER TABLE `callbacks` ADD `merged_into` char(26) CHARACTER SET ascii COLLATE ascii_bin;--> statement-breakpoint
CREATE INDEX `callbacks_number` ON `callbacks` (`caller_number`,`status`);--> statement-breakpoint
CREATE INDEX `callbacks_merged` ON `callbacks` (`merged_into`);