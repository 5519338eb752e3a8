/* Lines of the access log as a file. */
import { csvRow } from '../../parts/save';
import type { AccessLine } from './index';

const COLUMNS = ['sequence', 'at', 'office', 'who', 'action', 'what', 'purpose', 'result'] as const;

export const csvOf = (lines: readonly AccessLine[]): string => csvRow(COLUMNS) + lines.map((line) => csvRow(COLUMNS.map((name) => line[name]))).join('');
