export { BackupRefused, checkLedgerFile, copyDatabase, type LedgerFacts } from './backup.ts';
export { moveAside, restoreLedgerFile, type Until } from './restore.ts';
