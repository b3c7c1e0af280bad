CREATE TABLE `ticket_requests` (
	`ticket_id` char(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`asked_seq` int NOT NULL,
	`kind` varchar(12) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`unit_code` varchar(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`asked_by` int,
	`asked_at` datetime(3) NOT NULL,
	`reason` varchar(24) CHARACTER SET ascii COLLATE ascii_bin,
	`note` text NOT NULL,
	`suggested_unit` varchar(32) CHARACTER SET ascii COLLATE ascii_bin,
	`slot` tinyint,
	`decision` varchar(8) CHARACTER SET ascii COLLATE ascii_bin,
	`decided_seq` int,
	`decided_by` int,
	`decided_at` datetime(3),
	`decision_note` text,
	CONSTRAINT `ticket_requests_ticket_id_asked_seq_pk` PRIMARY KEY(`ticket_id`,`asked_seq`),
	CONSTRAINT `ticket_requests_pending` UNIQUE(`ticket_id`,`kind`,`slot`)
);
--> statement-breakpoint
CREATE TABLE `ticket_tasks` (
	`id` char(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`ticket_id` char(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`unit_code` varchar(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`role` varchar(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`slot` tinyint,
	`lead_slot` tinyint,
	`sent_at` datetime(3) NOT NULL,
	`signed_at` datetime(3),
	`answered_at` datetime(3),
	`left_at` datetime(3),
	CONSTRAINT `ticket_tasks_id` PRIMARY KEY(`id`),
	CONSTRAINT `ticket_tasks_lead` UNIQUE(`ticket_id`,`lead_slot`),
	CONSTRAINT `ticket_tasks_unit` UNIQUE(`ticket_id`,`unit_code`,`role`,`slot`)
);
--> statement-breakpoint
ALTER TABLE `ticket_deadlines` ADD `unit_code` varchar(32) CHARACTER SET ascii COLLATE ascii_bin DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE `ticket_deadlines` ADD CONSTRAINT `ticket_deadlines_owned` UNIQUE(`ticket_id`,`clock`,`unit_code`,`slot`);--> statement-breakpoint
ALTER TABLE `ticket_requests` ADD CONSTRAINT `ticket_requests_ticket_id_tickets_id_fk` FOREIGN KEY (`ticket_id`) REFERENCES `tickets`(`id`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE `ticket_tasks` ADD CONSTRAINT `ticket_tasks_ticket_id_tickets_id_fk` FOREIGN KEY (`ticket_id`) REFERENCES `tickets`(`id`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE `ticket_tasks` ADD CONSTRAINT `ticket_tasks_unit_code_units_code_fk` FOREIGN KEY (`unit_code`) REFERENCES `units`(`code`) ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX `ticket_requests_inbox` ON `ticket_requests` (`slot`,`kind`,`ticket_id`);--> statement-breakpoint
CREATE INDEX `ticket_requests_unit` ON `ticket_requests` (`unit_code`,`kind`,`asked_at`);--> statement-breakpoint
CREATE INDEX `ticket_tasks_part` ON `ticket_tasks` (`unit_code`,`slot`,`role`,`ticket_id`);--> statement-breakpoint
INSERT IGNORE INTO `ticket_tasks` (`id`, `ticket_id`, `unit_code`, `role`, `slot`, `lead_slot`, `sent_at`, `signed_at`, `answered_at`, `left_at`)
SELECT p.`id`, p.`ticket_id`, p.`unit_code`, p.`role`, p.`slot`, p.`lead_slot`, p.`joined_at`,
	IF(p.`role` = 'LEAD', (SELECT MIN(e.`at`) FROM `ticket_events` e WHERE e.`ticket_id` = p.`ticket_id` AND e.`kind` IN ('sign', 'refuse-return') AND e.`at` >= p.`joined_at` AND (p.`left_at` IS NULL OR e.`at` <= p.`left_at`)), NULL),
	IF(p.`role` = 'LEAD' AND p.`slot` = 1, t.`replied_at`, NULL), p.`left_at`
FROM `ticket_participants` p JOIN `tickets` t ON t.`id` = p.`ticket_id` WHERE CRC32(p.`ticket_id`) % 16 = 0;--> statement-breakpoint
INSERT IGNORE INTO `ticket_tasks` (`id`, `ticket_id`, `unit_code`, `role`, `slot`, `lead_slot`, `sent_at`, `signed_at`, `answered_at`, `left_at`)
SELECT p.`id`, p.`ticket_id`, p.`unit_code`, p.`role`, p.`slot`, p.`lead_slot`, p.`joined_at`,
	IF(p.`role` = 'LEAD', (SELECT MIN(e.`at`) FROM `ticket_events` e WHERE e.`ticket_id` = p.`ticket_id` AND e.`kind` IN ('sign', 'refuse-return') AND e.`at` >= p.`joined_at` AND (p.`left_at` IS NULL OR e.`at` <= p.`left_at`)), NULL),
	IF(p.`role` = 'LEAD' AND p.`slot` = 1, t.`replied_at`, NULL), p.`left_at`
FROM `ticket_participants` p JOIN `tickets` t ON t.`id` = p.`ticket_id` WHERE CRC32(p.`ticket_id`) % 16 = 1;--> statement-breakpoint
INSERT IGNORE INTO `ticket_tasks` (`id`, `ticket_id`, `unit_code`, `role`, `slot`, `lead_slot`, `sent_at`, `signed_at`, `answered_at`, `left_at`)
SELECT p.`id`, p.`ticket_id`, p.`unit_code`, p.`role`, p.`slot`, p.`lead_slot`, p.`joined_at`,
	IF(p.`role` = 'LEAD', (SELECT MIN(e.`at`) FROM `ticket_events` e WHERE e.`ticket_id` = p.`ticket_id` AND e.`kind` IN ('sign', 'refuse-return') AND e.`at` >= p.`joined_at` AND (p.`left_at` IS NULL OR e.`at` <= p.`left_at`)), NULL),
	IF(p.`role` = 'LEAD' AND p.`slot` = 1, t.`replied_at`, NULL), p.`left_at`
FROM `ticket_participants` p JOIN `tickets` t ON t.`id` = p.`ticket_id` WHERE CRC32(p.`ticket_id`) % 16 = 2;--> statement-breakpoint
INSERT IGNORE INTO `ticket_tasks` (`id`, `ticket_id`, `unit_code`, `role`, `slot`, `lead_slot`, `sent_at`, `signed_at`, `answered_at`, `left_at`)
SELECT p.`id`, p.`ticket_id`, p.`unit_code`, p.`role`, p.`slot`, p.`lead_slot`, p.`joined_at`,
	IF(p.`role` = 'LEAD', (SELECT MIN(e.`at`) FROM `ticket_events` e WHERE e.`ticket_id` = p.`ticket_id` AND e.`kind` IN ('sign', 'refuse-return') AND e.`at` >= p.`joined_at` AND (p.`left_at` IS NULL OR e.`at` <= p.`left_at`)), NULL),
	IF(p.`role` = 'LEAD' AND p.`slot` = 1, t.`replied_at`, NULL), p.`left_at`
FROM `ticket_participants` p JOIN `tickets` t ON t.`id` = p.`ticket_id` WHERE CRC32(p.`ticket_id`) % 16 = 3;--> statement-breakpoint
INSERT IGNORE INTO `ticket_tasks` (`id`, `ticket_id`, `unit_code`, `role`, `slot`, `lead_slot`, `sent_at`, `signed_at`, `answered_at`, `left_at`)
SELECT p.`id`, p.`ticket_id`, p.`unit_code`, p.`role`, p.`slot`, p.`lead_slot`, p.`joined_at`,
	IF(p.`role` = 'LEAD', (SELECT MIN(e.`at`) FROM `ticket_events` e WHERE e.`ticket_id` = p.`ticket_id` AND e.`kind` IN ('sign', 'refuse-return') AND e.`at` >= p.`joined_at` AND (p.`left_at` IS NULL OR e.`at` <= p.`left_at`)), NULL),
	IF(p.`role` = 'LEAD' AND p.`slot` = 1, t.`replied_at`, NULL), p.`left_at`
FROM `ticket_participants` p JOIN `tickets` t ON t.`id` = p.`ticket_id` WHERE CRC32(p.`ticket_id`) % 16 = 4;--> statement-breakpoint
INSERT IGNORE INTO `ticket_tasks` (`id`, `ticket_id`, `unit_code`, `role`, `slot`, `lead_slot`, `sent_at`, `signed_at`, `answered_at`, `left_at`)
SELECT p.`id`, p.`ticket_id`, p.`unit_code`, p.`role`, p.`slot`, p.`lead_slot`, p.`joined_at`,
	IF(p.`role` = 'LEAD', (SELECT MIN(e.`at`) FROM `ticket_events` e WHERE e.`ticket_id` = p.`ticket_id` AND e.`kind` IN ('sign', 'refuse-return') AND e.`at` >= p.`joined_at` AND (p.`left_at` IS NULL OR e.`at` <= p.`left_at`)), NULL),
	IF(p.`role` = 'LEAD' AND p.`slot` = 1, t.`replied_at`, NULL), p.`left_at`
FROM `ticket_participants` p JOIN `tickets` t ON t.`id` = p.`ticket_id` WHERE CRC32(p.`ticket_id`) % 16 = 5;--> statement-breakpoint
INSERT IGNORE INTO `ticket_tasks` (`id`, `ticket_id`, `unit_code`, `role`, `slot`, `lead_slot`, `sent_at`, `signed_at`, `answered_at`, `left_at`)
SELECT p.`id`, p.`ticket_id`, p.`unit_code`, p.`role`, p.`slot`, p.`lead_slot`, p.`joined_at`,
	IF(p.`role` = 'LEAD', (SELECT MIN(e.`at`) FROM `ticket_events` e WHERE e.`ticket_id` = p.`ticket_id` AND e.`kind` IN ('sign', 'refuse-return') AND e.`at` >= p.`joined_at` AND (p.`left_at` IS NULL OR e.`at` <= p.`left_at`)), NULL),
	IF(p.`role` = 'LEAD' AND p.`slot` = 1, t.`replied_at`, NULL), p.`left_at`
FROM `ticket_participants` p JOIN `tickets` t ON t.`id` = p.`ticket_id` WHERE CRC32(p.`ticket_id`) % 16 = 6;--> statement-breakpoint
INSERT IGNORE INTO `ticket_tasks` (`id`, `ticket_id`, `unit_code`, `role`, `slot`, `lead_slot`, `sent_at`, `signed_at`, `answered_at`, `left_at`)
SELECT p.`id`, p.`ticket_id`, p.`unit_code`, p.`role`, p.`slot`, p.`lead_slot`, p.`joined_at`,
	IF(p.`role` = 'LEAD', (SELECT MIN(e.`at`) FROM `ticket_events` e WHERE e.`ticket_id` = p.`ticket_id` AND e.`kind` IN ('sign', 'refuse-return') AND e.`at` >= p.`joined_at` AND (p.`left_at` IS NULL OR e.`at` <= p.`left_at`)), NULL),
	IF(p.`role` = 'LEAD' AND p.`slot` = 1, t.`replied_at`, NULL), p.`left_at`
FROM `ticket_participants` p JOIN `tickets` t ON t.`id` = p.`ticket_id` WHERE CRC32(p.`ticket_id`) % 16 = 7;--> statement-breakpoint
INSERT IGNORE INTO `ticket_tasks` (`id`, `ticket_id`, `unit_code`, `role`, `slot`, `lead_slot`, `sent_at`, `signed_at`, `answered_at`, `left_at`)
SELECT p.`id`, p.`ticket_id`, p.`unit_code`, p.`role`, p.`slot`, p.`lead_slot`, p.`joined_at`,
	IF(p.`role` = 'LEAD', (SELECT MIN(e.`at`) FROM `ticket_events` e WHERE e.`ticket_id` = p.`ticket_id` AND e.`kind` IN ('sign', 'refuse-return') AND e.`at` >= p.`joined_at` AND (p.`left_at` IS NULL OR e.`at` <= p.`left_at`)), NULL),
	IF(p.`role` = 'LEAD' AND p.`slot` = 1, t.`replied_at`, NULL), p.`left_at`
FROM `ticket_participants` p JOIN `tickets` t ON t.`id` = p.`ticket_id` WHERE CRC32(p.`ticket_id`) % 16 = 8;--> statement-breakpoint
INSERT IGNORE INTO `ticket_tasks` (`id`, `ticket_id`, `unit_code`, `role`, `slot`, `lead_slot`, `sent_at`, `signed_at`, `answered_at`, `left_at`)
SELECT p.`id`, p.`ticket_id`, p.`unit_code`, p.`role`, p.`slot`, p.`lead_slot`, p.`joined_at`,
	IF(p.`role` = 'LEAD', (SELECT MIN(e.`at`) FROM `ticket_events` e WHERE e.`ticket_id` = p.`ticket_id` AND e.`kind` IN ('sign', 'refuse-return') AND e.`at` >= p.`joined_at` AND (p.`left_at` IS NULL OR e.`at` <= p.`left_at`)), NULL),
	IF(p.`role` = 'LEAD' AND p.`slot` = 1, t.`replied_at`, NULL), p.`left_at`
FROM `ticket_participants` p JOIN `tickets` t ON t.`id` = p.`ticket_id` WHERE CRC32(p.`ticket_id`) % 16 = 9;--> statement-breakpoint
INSERT IGNORE INTO `ticket_tasks` (`id`, `ticket_id`, `unit_code`, `role`, `slot`, `lead_slot`, `sent_at`, `signed_at`, `answered_at`, `left_at`)
SELECT p.`id`, p.`ticket_id`, p.`unit_code`, p.`role`, p.`slot`, p.`lead_slot`, p.`joined_at`,
	IF(p.`role` = 'LEAD', (SELECT MIN(e.`at`) FROM `ticket_events` e WHERE e.`ticket_id` = p.`ticket_id` AND e.`kind` IN ('sign', 'refuse-return') AND e.`at` >= p.`joined_at` AND (p.`left_at` IS NULL OR e.`at` <= p.`left_at`)), NULL),
	IF(p.`role` = 'LEAD' AND p.`slot` = 1, t.`replied_at`, NULL), p.`left_at`
FROM `ticket_participants` p JOIN `tickets` t ON t.`id` = p.`ticket_id` WHERE CRC32(p.`ticket_id`) % 16 = 10;--> statement-breakpoint
INSERT IGNORE INTO `ticket_tasks` (`id`, `ticket_id`, `unit_code`, `role`, `slot`, `lead_slot`, `sent_at`, `signed_at`, `answered_at`, `left_at`)
SELECT p.`id`, p.`ticket_id`, p.`unit_code`, p.`role`, p.`slot`, p.`lead_slot`, p.`joined_at`,
	IF(p.`role` = 'LEAD', (SELECT MIN(e.`at`) FROM `ticket_events` e WHERE e.`ticket_id` = p.`ticket_id` AND e.`kind` IN ('sign', 'refuse-return') AND e.`at` >= p.`joined_at` AND (p.`left_at` IS NULL OR e.`at` <= p.`left_at`)), NULL),
	IF(p.`role` = 'LEAD' AND p.`slot` = 1, t.`replied_at`, NULL), p.`left_at`
FROM `ticket_participants` p JOIN `tickets` t ON t.`id` = p.`ticket_id` WHERE CRC32(p.`ticket_id`) % 16 = 11;--> statement-breakpoint
INSERT IGNORE INTO `ticket_tasks` (`id`, `ticket_id`, `unit_code`, `role`, `slot`, `lead_slot`, `sent_at`, `signed_at`, `answered_at`, `left_at`)
SELECT p.`id`, p.`ticket_id`, p.`unit_code`, p.`role`, p.`slot`, p.`lead_slot`, p.`joined_at`,
	IF(p.`role` = 'LEAD', (SELECT MIN(e.`at`) FROM `ticket_events` e WHERE e.`ticket_id` = p.`ticket_id` AND e.`kind` IN ('sign', 'refuse-return') AND e.`at` >= p.`joined_at` AND (p.`left_at` IS NULL OR e.`at` <= p.`left_at`)), NULL),
	IF(p.`role` = 'LEAD' AND p.`slot` = 1, t.`replied_at`, NULL), p.`left_at`
FROM `ticket_participants` p JOIN `tickets` t ON t.`id` = p.`ticket_id` WHERE CRC32(p.`ticket_id`) % 16 = 12;--> statement-breakpoint
INSERT IGNORE INTO `ticket_tasks` (`id`, `ticket_id`, `unit_code`, `role`, `slot`, `lead_slot`, `sent_at`, `signed_at`, `answered_at`, `left_at`)
SELECT p.`id`, p.`ticket_id`, p.`unit_code`, p.`role`, p.`slot`, p.`lead_slot`, p.`joined_at`,
	IF(p.`role` = 'LEAD', (SELECT MIN(e.`at`) FROM `ticket_events` e WHERE e.`ticket_id` = p.`ticket_id` AND e.`kind` IN ('sign', 'refuse-return') AND e.`at` >= p.`joined_at` AND (p.`left_at` IS NULL OR e.`at` <= p.`left_at`)), NULL),
	IF(p.`role` = 'LEAD' AND p.`slot` = 1, t.`replied_at`, NULL), p.`left_at`
FROM `ticket_participants` p JOIN `tickets` t ON t.`id` = p.`ticket_id` WHERE CRC32(p.`ticket_id`) % 16 = 13;--> statement-breakpoint
INSERT IGNORE INTO `ticket_tasks` (`id`, `ticket_id`, `unit_code`, `role`, `slot`, `lead_slot`, `sent_at`, `signed_at`, `answered_at`, `left_at`)
SELECT p.`id`, p.`ticket_id`, p.`unit_code`, p.`role`, p.`slot`, p.`lead_slot`, p.`joined_at`,
	IF(p.`role` = 'LEAD', (SELECT MIN(e.`at`) FROM `ticket_events` e WHERE e.`ticket_id` = p.`ticket_id` AND e.`kind` IN ('sign', 'refuse-return') AND e.`at` >= p.`joined_at` AND (p.`left_at` IS NULL OR e.`at` <= p.`left_at`)), NULL),
	IF(p.`role` = 'LEAD' AND p.`slot` = 1, t.`replied_at`, NULL), p.`left_at`
FROM `ticket_participants` p JOIN `tickets` t ON t.`id` = p.`ticket_id` WHERE CRC32(p.`ticket_id`) % 16 = 14;--> statement-breakpoint
INSERT IGNORE INTO `ticket_tasks` (`id`, `ticket_id`, `unit_code`, `role`, `slot`, `lead_slot`, `sent_at`, `signed_at`, `answered_at`, `left_at`)
SELECT p.`id`, p.`ticket_id`, p.`unit_code`, p.`role`, p.`slot`, p.`lead_slot`, p.`joined_at`,
	IF(p.`role` = 'LEAD', (SELECT MIN(e.`at`) FROM `ticket_events` e WHERE e.`ticket_id` = p.`ticket_id` AND e.`kind` IN ('sign', 'refuse-return') AND e.`at` >= p.`joined_at` AND (p.`left_at` IS NULL OR e.`at` <= p.`left_at`)), NULL),
	IF(p.`role` = 'LEAD' AND p.`slot` = 1, t.`replied_at`, NULL), p.`left_at`
FROM `ticket_participants` p JOIN `tickets` t ON t.`id` = p.`ticket_id` WHERE CRC32(p.`ticket_id`) % 16 = 15;--> statement-breakpoint
INSERT IGNORE INTO `ticket_requests` (`ticket_id`, `asked_seq`, `kind`, `unit_code`, `asked_by`, `asked_at`, `reason`, `note`, `suggested_unit`, `slot`, `decision`, `decided_seq`, `decided_by`, `decided_at`, `decision_note`)
SELECT e.`ticket_id`, e.`seq`, 'RETURN', COALESCE(e.`unit_code`, t.`returned_by`), e.`actor_id`, e.`at`, e.`reason`, COALESCE(e.`note`, ''),
	NULLIF(JSON_UNQUOTE(JSON_EXTRACT(e.`details`, '$.suggestedUnit')), 'null'), IF(d.`seq` IS NULL AND t.`state` = 'RETURNED', 1, NULL),
	CASE WHEN d.`kind` = 'refuse-return' THEN 'REFUSED' WHEN d.`seq` IS NOT NULL THEN 'GRANTED' WHEN t.`state` <> 'RETURNED' THEN 'LAPSED' END,
	d.`seq`, d.`actor_id`, d.`at`, IF(d.`kind` = 'refuse-return', d.`note`, NULL)
FROM `tickets` t JOIN `ticket_events` e ON e.`ticket_id` = t.`id` AND e.`kind` = 'return'
LEFT JOIN `ticket_events` d ON d.`ticket_id` = e.`ticket_id` AND d.`seq` = (SELECT MIN(n.`seq`) FROM `ticket_events` n WHERE n.`ticket_id` = e.`ticket_id` AND n.`seq` > e.`seq` AND n.`from_state` = 'RETURNED' AND n.`to_state` <> 'RETURNED')
WHERE t.`returned_by` IS NOT NULL AND CRC32(t.`id`) % 4 = 0;--> statement-breakpoint
INSERT IGNORE INTO `ticket_requests` (`ticket_id`, `asked_seq`, `kind`, `unit_code`, `asked_by`, `asked_at`, `reason`, `note`, `suggested_unit`, `slot`, `decision`, `decided_seq`, `decided_by`, `decided_at`, `decision_note`)
SELECT e.`ticket_id`, e.`seq`, 'RETURN', COALESCE(e.`unit_code`, t.`returned_by`), e.`actor_id`, e.`at`, e.`reason`, COALESCE(e.`note`, ''),
	NULLIF(JSON_UNQUOTE(JSON_EXTRACT(e.`details`, '$.suggestedUnit')), 'null'), IF(d.`seq` IS NULL AND t.`state` = 'RETURNED', 1, NULL),
	CASE WHEN d.`kind` = 'refuse-return' THEN 'REFUSED' WHEN d.`seq` IS NOT NULL THEN 'GRANTED' WHEN t.`state` <> 'RETURNED' THEN 'LAPSED' END,
	d.`seq`, d.`actor_id`, d.`at`, IF(d.`kind` = 'refuse-return', d.`note`, NULL)
FROM `tickets` t JOIN `ticket_events` e ON e.`ticket_id` = t.`id` AND e.`kind` = 'return'
LEFT JOIN `ticket_events` d ON d.`ticket_id` = e.`ticket_id` AND d.`seq` = (SELECT MIN(n.`seq`) FROM `ticket_events` n WHERE n.`ticket_id` = e.`ticket_id` AND n.`seq` > e.`seq` AND n.`from_state` = 'RETURNED' AND n.`to_state` <> 'RETURNED')
WHERE t.`returned_by` IS NOT NULL AND CRC32(t.`id`) % 4 = 1;--> statement-breakpoint
INSERT IGNORE INTO `ticket_requests` (`ticket_id`, `asked_seq`, `kind`, `unit_code`, `asked_by`, `asked_at`, `reason`, `note`, `suggested_unit`, `slot`, `decision`, `decided_seq`, `decided_by`, `decided_at`, `decision_note`)
SELECT e.`ticket_id`, e.`seq`, 'RETURN', COALESCE(e.`unit_code`, t.`returned_by`), e.`actor_id`, e.`at`, e.`reason`, COALESCE(e.`note`, ''),
	NULLIF(JSON_UNQUOTE(JSON_EXTRACT(e.`details`, '$.suggestedUnit')), 'null'), IF(d.`seq` IS NULL AND t.`state` = 'RETURNED', 1, NULL),
	CASE WHEN d.`kind` = 'refuse-return' THEN 'REFUSED' WHEN d.`seq` IS NOT NULL THEN 'GRANTED' WHEN t.`state` <> 'RETURNED' THEN 'LAPSED' END,
	d.`seq`, d.`actor_id`, d.`at`, IF(d.`kind` = 'refuse-return', d.`note`, NULL)
FROM `tickets` t JOIN `ticket_events` e ON e.`ticket_id` = t.`id` AND e.`kind` = 'return'
LEFT JOIN `ticket_events` d ON d.`ticket_id` = e.`ticket_id` AND d.`seq` = (SELECT MIN(n.`seq`) FROM `ticket_events` n WHERE n.`ticket_id` = e.`ticket_id` AND n.`seq` > e.`seq` AND n.`from_state` = 'RETURNED' AND n.`to_state` <> 'RETURNED')
WHERE t.`returned_by` IS NOT NULL AND CRC32(t.`id`) % 4 = 2;--> statement-breakpoint
INSERT IGNORE INTO `ticket_requests` (`ticket_id`, `asked_seq`, `kind`, `unit_code`, `asked_by`, `asked_at`, `reason`, `note`, `suggested_unit`, `slot`, `decision`, `decided_seq`, `decided_by`, `decided_at`, `decision_note`)
SELECT e.`ticket_id`, e.`seq`, 'RETURN', COALESCE(e.`unit_code`, t.`returned_by`), e.`actor_id`, e.`at`, e.`reason`, COALESCE(e.`note`, ''),
	NULLIF(JSON_UNQUOTE(JSON_EXTRACT(e.`details`, '$.suggestedUnit')), 'null'), IF(d.`seq` IS NULL AND t.`state` = 'RETURNED', 1, NULL),
	CASE WHEN d.`kind` = 'refuse-return' THEN 'REFUSED' WHEN d.`seq` IS NOT NULL THEN 'GRANTED' WHEN t.`state` <> 'RETURNED' THEN 'LAPSED' END,
	d.`seq`, d.`actor_id`, d.`at`, IF(d.`kind` = 'refuse-return', d.`note`, NULL)
FROM `tickets` t JOIN `ticket_events` e ON e.`ticket_id` = t.`id` AND e.`kind` = 'return'
LEFT JOIN `ticket_events` d ON d.`ticket_id` = e.`ticket_id` AND d.`seq` = (SELECT MIN(n.`seq`) FROM `ticket_events` n WHERE n.`ticket_id` = e.`ticket_id` AND n.`seq` > e.`seq` AND n.`from_state` = 'RETURNED' AND n.`to_state` <> 'RETURNED')
WHERE t.`returned_by` IS NOT NULL AND CRC32(t.`id`) % 4 = 3;--> statement-breakpoint
UPDATE `ticket_deadlines` d JOIN `tickets` t ON t.`id` = d.`ticket_id` SET d.`unit_code` = COALESCE(t.`lead_unit`, t.`returned_by`, '')
WHERE t.`state` IN ('DISPATCHED', 'SIGNED', 'REPLIED', 'RETURNED') AND d.`clock` IN ('SIGN', 'CONTACT', 'HANDLE') AND d.`started_at` >= t.`dispatched_at`;--> statement-breakpoint
UPDATE `ticket_tasks` k JOIN `tickets` t ON t.`id` = k.`ticket_id` JOIN `ticket_requests` r ON r.`ticket_id` = t.`id` AND r.`slot` = 1
SET k.`slot` = 1, k.`lead_slot` = IF(k.`role` = 'LEAD', 1, NULL), k.`left_at` = NULL WHERE t.`state` = 'RETURNED' AND k.`left_at` = r.`asked_at`;--> statement-breakpoint
UPDATE `ticket_deadlines` d JOIN `tickets` t ON t.`id` = d.`ticket_id` JOIN `ticket_requests` r ON r.`ticket_id` = t.`id` AND r.`slot` = 1
SET d.`slot` = 1, d.`cancelled_at` = NULL WHERE t.`state` = 'RETURNED' AND d.`clock` = 'SIGN' AND d.`cancelled_at` = r.`asked_at`;--> statement-breakpoint
UPDATE `tickets` t JOIN `ticket_requests` r ON r.`ticket_id` = t.`id` AND r.`slot` = 1 JOIN `ticket_events` e ON e.`ticket_id` = t.`id` AND e.`seq` = r.`asked_seq`
LEFT JOIN `ticket_deadlines` s ON s.`ticket_id` = t.`id` AND s.`clock` = 'SIGN' AND s.`slot` = 1
SET t.`lead_unit` = t.`returned_by`, t.`sign_due_at` = s.`due_at`, t.`state` = e.`from_state`,
	t.`next_due_at` = LEAST(COALESCE(t.`next_due_at`, s.`due_at`), COALESCE(s.`due_at`, t.`next_due_at`)),
	t.`warn_at` = LEAST(COALESCE(t.`warn_at`, s.`warn_at`), COALESCE(s.`warn_at`, t.`warn_at`))
WHERE t.`state` = 'RETURNED';
