DROP TABLE `ticket_participants`;--> statement-breakpoint
ALTER TABLE `ticket_deadlines` DROP INDEX `ticket_deadlines_running`;--> statement-breakpoint
DROP INDEX `tickets_returned` ON `tickets`;--> statement-breakpoint
ALTER TABLE `tickets` DROP COLUMN `first_unit`;--> statement-breakpoint
ALTER TABLE `tickets` DROP COLUMN `returned_by`;--> statement-breakpoint
ALTER TABLE `tickets` DROP COLUMN `return_count`;