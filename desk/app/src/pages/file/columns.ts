/* What customers' files call their columns; the same names as src/cli/batch_row.c knows (test/batch.test.ts compares). */
import type { Check } from '../../api/types';
import { asciiDigits } from '../../strings/format';

export type Column = 'id' | 'name' | 'given' | 'middle' | 'family' | 'birth' | 'nationality' | 'sex' | 'document' | 'schema';

export const COLUMN_NAMES: readonly (readonly [name: string, column: Column])[] = [
	['id', 'id'], ['customer id', 'id'], ['person id', 'id'], ['reference', 'id'], ['ref', 'id'],
	['name', 'name'], ['full name', 'name'], ['complete name', 'name'], ['caption', 'name'],
	['first name', 'given'], ['given name', 'given'], ['given names', 'given'], ['forename', 'given'], ['forenames', 'given'],
	['middle name', 'middle'], ['second name', 'middle'],
	['last name', 'family'], ['family name', 'family'], ['surname', 'family'],
	['birth date', 'birth'], ['date of birth', 'birth'], ['dob', 'birth'], ['born', 'birth'], ['birthday', 'birth'], ['year of birth', 'birth'],
	['nationality', 'nationality'], ['nationalities', 'nationality'], ['citizenship', 'nationality'], ['country', 'nationality'],
	['sex', 'sex'], ['gender', 'sex'],
	['document', 'document'], ['document number', 'document'], ['passport number', 'document'], ['passport', 'document'], ['passport no', 'document'], ['id number', 'document'],
	['schema', 'schema'],
];

const fold = (name: string): string => name.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase().replace(/[^\p{L}\p{N}]+/gu, ' ').trim();

/* Which column of the file holds what; the better name wins where two fit. */
export function columnsOf(header: readonly string[]): Map<Column, number> {
	const found = new Map<Column, number>();
	for (const [name, column] of COLUMN_NAMES) {
		const at = header.findIndex((text) => fold(text) === name);
		if (at >= 0 && !found.has(column)) found.set(column, at);
	}
	return found;
}

export interface Row {
	readonly id: string; /* its own, or the line where the file has no ids */
	readonly line: number;
	readonly check: Check | null; /* null: neither a name nor a document */
}

const SCHEMAS: readonly string[] = ['Person', 'LegalEntity', 'Organization', 'Company', 'PublicBody', 'Vessel', 'Airplane', 'Vehicle'];

export function rowOf(cells: readonly string[], columns: ReadonlyMap<Column, number>, line: number): Row {
	const value = (column: Column): string => {
		const at = columns.get(column);
		return at === undefined ? '' : (cells[at] ?? '').trim();
	};
	const several = (column: Column): string[] => value(column).split(';').map((text) => text.trim()).filter((text) => text !== '');
	const id = value('id') !== '' ? value('id') : String(line);
	const given = [value('given'), value('middle')].filter((text) => text !== '').join(' ');
	/* With both, the comma tells the name reader which is the family name. */
	const name = value('name') !== '' ? value('name') : [value('family'), given].filter((text) => text !== '').join(', ');
	const check: Check = { limit: 5 };
	if (name !== '') check.name = [name];
	if (several('document').length > 0) check.document = several('document');
	if (check.name === undefined && check.document === undefined) return { id, line, check: null };
	if (value('birth') !== '') check.born = asciiDigits(value('birth'));
	if (several('nationality').length > 0) check.nationality = several('nationality');
	if (value('sex') !== '') check.sex = value('sex');
	if (value('schema') !== '') check.schema = SCHEMAS.find((schema) => schema.toLowerCase() === value('schema').toLowerCase()) ?? value('schema');
	if (value('id') !== '' && new TextEncoder().encode(id).length <= 200) check.reference = id;
	return { id, line, check };
}
