/* Files of people: reading, columns, repairs, and the result as `jisr batch` writes it. */
import { root } from './browserless';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import type { Check, Hit } from '../src/api/types';
import { COLUMN_NAMES, columnsOf, rowOf } from '../src/pages/file/columns';
import { decode, readSheet, writeRow } from '../src/pages/file/csv';
import { RESULT_HEADER, repair, resultCsv } from '../src/pages/file/run';

test('sheets are read as spreadsheets write them', () => {
	const expected = { header: ['id', 'name'], rows: [['1', 'A, "B"\nC'], ['2', 'D']] };
	for (const [separator, end] of [[',', '\n'], [';', '\r\n'], ['\t', '\r']] as const) {
		const text = `\ufeffid${separator}name${end}1${separator}"A, ""B""\nC"${end}${end}2${separator}D`;
		const { header, rows } = readSheet(text);
		assert.deepEqual({ header, rows }, expected, JSON.stringify(separator));
	}
	assert.deepEqual(readSheet('id,name\n1,"A\nB"\n2,C\n').lines, [2, 4]);
	assert.deepEqual(readSheet('').rows, []);
	assert.deepEqual(readSheet('a,b\n"open, never closed').rows, [['open, never closed']]);
});

test('what is written is read again, whatever stands in it', () => {
	let seed = 3;
	const random = (most: number): number => (seed = (seed * 1103515245 + 12345) % 2147483648) % most;
	const letters = Array.from('ab,;"\n\r\t =é赵');
	for (let i = 0; i < 2000; i++) {
		const row = Array.from({ length: 2 + random(4) }, () => `x${Array.from({ length: random(6) }, () => letters[random(letters.length)]!).join('')}y`);
		const head = row.map((_, index) => `c${index}`);
		assert.deepEqual(readSheet(writeRow(head) + writeRow(row)).rows, [row.map((cell) => cell)]);
	}
});

test('bytes are decoded by what they are', () => {
	assert.equal(decode(new TextEncoder().encode('é赵'), false), 'é赵');
	assert.equal(decode(new Uint8Array([0xff, 0xfe, 0x41, 0x00]), false), 'A');
	assert.equal(decode(new Uint8Array([0xe9]), false), 'é');
	assert.equal(decode(new Uint8Array([0xc7]), true), 'ا');
});

test('columns have the names that jisr batch knows', () => {
	const source = readFileSync(join(root, 'src/cli/batch_row.c'), 'utf8');
	const names: Record<string, string> = { ID: 'id', NAME: 'name', GIVEN: 'given', MIDDLE: 'middle', FAMILY: 'family', BIRTH: 'birth', NATIONALITY: 'nationality', SEX: 'sex', DOCUMENT: 'document', SCHEMA: 'schema' };
	const known = [...source.matchAll(/\{"([a-z ]+)", COLUMN_([A-Z]+)\}/g)].map((match) => [match[1], names[match[2]!]]);
	assert.ok(known.length > 30);
	assert.deepEqual(COLUMN_NAMES, known);
	const header = /BATCH_DECIDED\s+"([^"\\]+)/.exec(readFileSync(join(root, 'src/cli/batch_row.h'), 'utf8'))?.[1];
	assert.equal(RESULT_HEADER.join(','), header);
});

test('rows become checks', () => {
	const columns = columnsOf(['Customer_ID', 'birthDate', 'Last name', 'FIRST NAME', 'nationality', 'Passport No.']);
	assert.deepEqual(rowOf(['7', '1971', 'Ansari', 'Faisal', 'pk; af', 'X1'], columns, 2), {
		id: '7', line: 2, check: { limit: 5, name: ['Ansari, Faisal'], document: ['X1'], born: '1971', nationality: ['pk', 'af'], reference: '7' },
	});
	assert.deepEqual(rowOf(['8', '1971', '', '', '', ''], columns, 3), { id: '8', line: 3, check: null });
	assert.equal(rowOf(['', '', 'A', '', '', ''], columns, 4).id, '4');
});

test('what cannot be read is left out and told, the rest is checked', () => {
	const checks: (Check | null)[] = [{ name: ['A'], born: 'x', nationality: ['pk', 'Atlantis', 'Mu'] }, { document: ['?'] }, { name: ['—'] }, { name: ['B'] }];
	const notes: string[] = [];
	const done = repair(checks, ['/checks/0/born', '/checks/0/nationality/1', '/checks/0/nationality/2', '/checks/1/document/0', '/checks/2/name', '/nowhere'], (index, field, value) => notes.push(`${index} ${field} ${value}`));
	assert.ok(done);
	assert.deepEqual(checks, [{ name: ['A'], nationality: ['pk'] }, null, null, { name: ['B'] }]);
	assert.deepEqual(notes.sort(), ['0 born x', '0 nationality Atlantis', '0 nationality Mu', '1 document ?', '2 name —']);
	assert.equal(repair(checks, ['/checks/9/born', '/checks', ''], () => assert.fail()), false);
});

test('the result has the columns of jisr batch', () => {
	const hit: Hit = { id: 'inv-1', caption: 'Ansari, Faisal', schema: 'Person', lists: ['un'], score: 0.75, explanation: { rules: '', query_name: 'a', matched_name: 'b', evidence: [] } };
	assert.equal(resultCsv([{ id: '7', hit }]), 'id,entity,caption,list,score,matched name,decision\n7,inv-1,"Ansari, Faisal",un,0.7500,b,\n');
});
