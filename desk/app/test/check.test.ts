/* Zones, dates, marks, taming, and that the service's sentences are all understood. */
import { root } from './browserless';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import type { Part } from '../src/api/types';
import { BURST_MS } from '../src/frame/keys';
import { preferred } from '../src/frame/store';
import { tame } from '../src/parts/tame';
import { threeLetters, twoLetters } from '../src/parts/countries';
import { readDate } from '../src/pages/check/born';
import { NOTES, noteOf, reasonOf } from '../src/pages/check/explain';
import { marksOf } from '../src/pages/check/marks';
import { beginsZone, checkDigit, readZone, spansOf } from '../src/pages/check/mrz';
import { type Form, checkOf, travellerOf } from '../src/pages/check/state';
import { speak } from '../src/strings';
import { percent, pluralOf } from '../src/strings/format';
import { digits, language } from '../src/frame/store';

/* The specimens of ICAO Doc 9303. */
const TD3 = 'P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10';
const TD1 = 'I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<';
const TD2 = 'I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nD231458907UTO7408122F1204159<<<<<<<6';
const MRVA = 'V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL8988901C4XXX4009078F96121096ZE184226B<<<<<<';

test('zones are found whole, in pieces, and as one line', () => {
	for (const zone of [TD3, TD1, TD2, MRVA]) {
		assert.ok(readZone(zone).whole);
		assert.ok(readZone(`\r\n${zone.toLowerCase().replace(/\n/g, '\r\n')}\r\n`).whole);
		assert.deepEqual(readZone(zone.replace(/\n/g, '')).lines, zone.split('\n'));
		for (let length = 0; length < zone.length; length++) assert.ok(!readZone(zone.slice(0, length)).whole || zone.length - length < 1, String(length));
		assert.ok(beginsZone(zone));
	}
	assert.ok(!readZone('').whole);
	for (const text of ['', 'P', 'P<MA', 'Hello', '12345', 'P<1XX', '/']) assert.ok(!beginsZone(text), text);
});

test('check digits of the specimens are right, and a changed character is noticed where a digit covers it', () => {
	assert.equal(checkDigit('520727'), 3);
	assert.equal(checkDigit('AB2134<<<'), 5);
	for (const [zone, count] of [[TD3, 5], [TD1, 4], [TD2, 4], [MRVA, 3]] as const) {
		const spans = spansOf(readZone(zone));
		assert.equal(spans.length, count);
		assert.ok(spans.every((span) => span.good));
	}
	const [first, second] = TD3.split('\n') as [string, string];
	for (const at of [0, 5, 9, 13, 19, 21, 27, 30, 42, 43]) {
		const other = second[at] === '7' ? '8' : '7';
		const spans = spansOf(readZone(`${first}\n${second.slice(0, at)}${other}${second.slice(at + 1)}`));
		assert.ok(spans.some((span) => !span.good), `position ${at}`);
	}
	assert.deepEqual(spansOf(readZone('IDFRABERTHIER<<<<<<<<<<<<<<<<<<<<<<<\n8806923102858CORINNE<<<<<<<6512068F6')), []);
});

test('dates are read as people type them', () => {
	const same = ['1971-03-14', '14/03/1971', '14.3.1971', '14 3 1971', '14-03-1971', '19710314', '14031971', '١٤/٠٣/١٩٧١', '۱۴-۳-۱۹۷۱', ' 1971/3/14 '];
	for (const typed of same) assert.equal(readDate(typed), '1971-03-14', typed);
	assert.equal(readDate('03/1971'), '1971-03');
	assert.equal(readDate('1971-3'), '1971-03');
	assert.equal(readDate('1971'), '1971');
	for (const typed of ['', 'x', '31.2.1971', '1971-13', '14/03/71', '0971', '1.2.3.4', '1971-03-14-', '99999999', '3/14/1971']) assert.equal(readDate(typed), null, typed);
});

const part = (query: string | null, listed: string | null, rule = 'same'): Part => ({ query, listed, rule, similarity: 1, cost: 0 });

test('parts are marked where they stand', () => {
	assert.deepEqual(marksOf('ALAMI, Al', [part('Al', 'Al'), part('Alami', 'Alami')], 'query').map(({ from, to, number }) => [from, to, number]), [[0, 5, 2], [7, 9, 1]]);
	assert.deepEqual(marksOf('عبد الله المنصوري', [part('عبد الله', 'Abdullah', 'script'), part('المنصوري', 'Mansouri', 'sound')], 'query').map((mark) => mark.kind), ['same', 'like']);
	assert.deepEqual(marksOf('al-Husayni', [part('x', 'al husayni', 'spelling')], 'listed').map(({ from, to }) => [from, to]), [[0, 2], [3, 10]]);
	assert.deepEqual(marksOf('Anna', [part(null, 'Maria', 'extra in list')], 'query'), []);
	assert.deepEqual(marksOf('', [part('a', 'a')], 'query'), []);
});

test('marks never overlap and never leave the name, whatever the parts are', () => {
	let seed = 7;
	const random = (most: number): number => (seed = (seed * 1103515245 + 12345) % 2147483648) % most;
	const letters = 'aAbB -éİßﬁعб𐍈';
	const text = (most: number): string => Array.from({ length: random(most) }, () => Array.from(letters)[random(Array.from(letters).length)]!).join('');
	for (let i = 0; i < 3000; i++) {
		const name = text(12);
		const marks = marksOf(name, Array.from({ length: random(5) }, () => part(text(4), text(4))), 'query');
		marks.forEach((mark, index) => {
			assert.ok(mark.from >= (marks[index - 1]?.to ?? 0) && mark.to > mark.from && mark.to <= name.length, JSON.stringify([name, marks]));
		});
	}
});

test('what could deceive the eye is taken out, and said', () => {
	assert.deepEqual(tame('Viktor Кузнецов 赵明轩 سلمى بنرحّو'), { text: 'Viktor Кузнецов 赵明轩 سلمى بنرحّو', changed: false });
	assert.deepEqual(tame('می\u200cخواهم'), { text: 'می\u200cخواهم', changed: false }); /* Persian needs it */
	assert.deepEqual(tame('a\u202egnp.exe'), { text: 'agnp.exe', changed: true });
	assert.ok(tame(`a${'\u0301'.repeat(10_000)}`).text.length < 8);
	assert.ok(tame('x'.repeat(100_000)).text.length < 500);
	assert.equal(tame('Nguyễn Thị Ánh').changed, false);
	assert.equal(tame('Nguyễn Thị Ánh'.normalize('NFD')).changed, false);
});

test('every sentence that the zone reader writes is understood', async () => {
	await speak('en');
	const sources = ['mrz.c', 'mrz_lines.c'].map((name) => readFileSync(join(root, 'src/watch', name), 'utf8')).join('\n');
	const written = [...sources.matchAll(/mrz_note\([^,;]+,\s*("(?:[^"\\]|\\.)*"(?:\s*"(?:[^"\\]|\\.)*")*)/g)].map((match) => match[1]!.replace(/"\s*"/g, '').slice(1, -1));
	assert.ok(written.length >= 14, String(written.length));
	const tries: Record<string, readonly string[]> = {
		'%s: %c in position %zu is no %s': ['birth date: X in position 3 is no digit', 'issuer: 7 in position 1 is no letter'],
		'line %zu: spaces %s': ['line 1: spaces taken as fillers', 'line 2: spaces left out'],
		'line %zu: double angles taken as %s': ['line 1: double angles taken as two fillers', 'line 1: double angles taken as one filler'],
		'line %zu: %d missing %s, taken as fillers': ['line 1: 2 missing at its end, taken as fillers', 'line 2: 1 missing in its longest row of fillers, taken as fillers'],
		'line %zu: %d too many fillers %s': ['line 1: 1 too many fillers at its end', 'line 1: 2 too many fillers in its longest row of fillers'],
		'%s: check digit is %c, should be %d%s': ['', '; several readings would fit, none is taken', '; a change that fits is not confirmed by the others'].map((why) => `document number: check digit is 4, should be 5${why}`),
		'whole: composite check digit is %c, should be %d%s': ['', '; several readings would fit, none is taken'].map((why) => `whole: composite check digit is 4, should be 5${why}`),
	};
	const filled = (format: string): string => format.replace('%s: %.6s', 'expiry date: 991332').replace(/^%s: /, 'check digit of the document number: ').replace(/%s/, 'ABC').replace(/%zu|%d/g, '3').replace(/%c/g, 'O');
	for (const format of written) {
		for (const sentence of tries[format] ?? [filled(format)]) assert.equal(noteOf(sentence).english, false, `${format}\n${sentence}`);
	}
	assert.equal(noteOf('something new').english, true);
	assert.equal(noteOf('birth date: O in position 1 taken as 0').text.replace(/[\u2068\u2069]/g, ''), 'Birth date: O in position 1 taken as 0');
	assert.equal(NOTES.length, new Set(NOTES.map((note) => note.pattern.source)).size);
});

test('evidence is judged as the service weighed it', async () => {
	await speak('en');
	const evidence = readFileSync(join(root, 'src/watch/check_evidence.c'), 'utf8') + readFileSync(join(root, 'src/watch/check.c'), 'utf8');
	for (const words of ['one slip of the pen', 'another day of the same year', 'year%s between', 'a weak alias counts', 'the zone cut the name after']) assert.ok(evidence.includes(words), words);
	const birth = (effect: number, detail: string) => reasonOf({ feature: 'birth_date', query: null, listed: null, effect, detail });
	assert.equal(birth(0.05, 'born on the same day, 1970-08-20').judgement, 'agrees');
	assert.equal(birth(0, 'born 1970 here, 1970-08-20 on the list: these agree').judgement, 'agrees');
	assert.equal(birth(-0.05, 'born a here, b on the list: one slip of the pen apart').judgement, 'near');
	assert.equal(birth(-0.15, 'born a here, b on the list: 9 years between').text.includes('9'), true);
	assert.equal(reasonOf({ feature: 'nationality', query: '', listed: '', effect: -0.1, detail: '' }).judgement, 'differs');
	assert.equal(reasonOf({ feature: 'sex', query: '', listed: '', effect: 0, detail: '' }).judgement, 'agrees');
});

const EMPTY: Form = { zone: '', name: '', born: '', nationality: '', sex: '', document: '' };

test('a form becomes a check, or says why not', () => {
	assert.equal(checkOf(EMPTY), 'nothing');
	assert.equal(checkOf({ ...EMPTY, born: '1971' }), 'nothing');
	assert.equal(checkOf({ ...EMPTY, name: 'A B', born: 'soon' }), 'born');
	assert.equal(checkOf({ ...EMPTY, zone: 'P<UTO' }), 'zone');
	assert.deepEqual(checkOf({ ...EMPTY, name: ' A B ', born: '14/3/1971', nationality: 'ma', sex: 'f', document: 'X1' }), { limit: 20, name: ['A B'], born: '1971-03-14', nationality: ['ma'], sex: 'f', document: ['X1'] });
	assert.deepEqual(checkOf({ ...EMPTY, zone: TD3 }), { limit: 20, mrz: TD3 });
	assert.deepEqual(travellerOf({ name: 'A' }, undefined), { names: ['A'], born: null, nationality: [], sex: null, documents: [], expiry: null });
});

test('codes of documents are countries', () => {
	assert.equal(twoLetters('MAR'), 'ma');
	assert.equal(twoLetters('D'), 'de');
	assert.equal(twoLetters('UTO'), 'UTO');
	assert.equal(threeLetters('ma'), 'MAR');
});

test('numbers follow the language and the choice of digits, and never promise too much', async () => {
	await speak('ar');
	assert.deepEqual([0, 1, 2, 3, 11, 100].map(pluralOf), ['zero', 'one', 'two', 'few', 'many', 'other']);
	digits.value = 'arab';
	assert.match(percent(0.75), /٧٥/);
	digits.value = 'latn';
	assert.match(percent(0.999), /99/);
	digits.value = 'language';
	await speak('en');
	assert.equal(percent(0.7), '70%');
	assert.equal(percent(0.699), '69%');
	assert.equal(language.value, 'en');
	assert.equal(preferred(['de-AT', 'ar-MA', 'en']), 'ar');
	assert.equal(preferred(['de']), 'en');
	assert.ok(BURST_MS < 100);
});
