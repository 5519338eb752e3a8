/* Every string in every language, each used, none left in English, none written outside of strings/. */
import { root } from './browserless';
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import ar, { words as arWords } from '../src/strings/ar';
import en, { words as enWords } from '../src/strings/en';
import es, { words as esWords } from '../src/strings/es';
import fr, { words as frWords } from '../src/strings/fr';

type Entry = string | Readonly<Record<string, string>>;
const languages: Record<string, Record<string, Entry>> = { ar, en, es, fr };
const words = { ar: arWords, en: enWords, es: esWords, fr: frWords };
const source = join(root, 'desk/app/src');

function files(folder: string): string[] {
	return readdirSync(folder, { withFileTypes: true }).flatMap((one) => {
		const path = join(folder, one.name);
		return one.isDirectory() ? files(path) : [path];
	});
}

const code = files(source).filter((path) => /\.tsx?$/.test(path) && !path.startsWith(join(source, 'strings')));
const pages = code.filter((path) => path.endsWith('.tsx'));
const texts = code.map((path) => readFileSync(path, 'utf8'));
const formsOf = (entry: Entry): string[] => (typeof entry === 'string' ? [entry] : Object.values(entry));
const placesOf = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]!).sort();

for (const [name, strings] of Object.entries(languages)) {
	test(`${name} has every string and no other`, () => assert.deepEqual(Object.keys(strings).sort(), Object.keys(en).sort()));

	test(`${name} leaves none empty`, () => {
		for (const [key, entry] of Object.entries(strings)) for (const form of formsOf(entry)) assert.notEqual(form.trim(), '', key);
	});

	test(`${name} has the places of the English text`, () => {
		for (const [key, entry] of Object.entries(strings)) {
			const english = (en as Record<string, Entry>)[key]!;
			const all = new Set(formsOf(english).flatMap(placesOf));
			if (typeof entry === 'string') assert.deepEqual(placesOf(entry), [...all].sort(), key);
			if (typeof entry === 'string') continue;
			for (const [form, text] of Object.entries(entry)) {
				/* Of none nothing more is said; one and two may be words. */
				const left = form === 'zero' ? [] : form === 'one' || form === 'two' ? [...all].filter((place) => place !== 'count') : placesOf(formsOf(english)[0]!).filter((place) => place !== 'count');
				for (const place of left) assert.ok(text.includes(`{${place}}`), `${key} ${form} lacks {${place}}`);
			}
		}
	});

	test(`${name} has the plural forms of its language`, () => {
		const needed = new Intl.PluralRules(name).resolvedOptions().pluralCategories;
		for (const [key, entry] of Object.entries(strings)) {
			if (typeof entry === 'string') continue;
			/* "many" of French and Spanish is for millions written in words; other serves. */
			for (const form of needed) if (form !== 'many' || name === 'ar') assert.ok(form in entry, `${key} lacks "${form}"`);
			for (const form of Object.keys(entry)) assert.ok((needed as string[]).includes(form), `${key} has "${form}"`);
		}
	});
}

/* Words that are the same in both languages, and rightly so. */
const SAME: Record<string, readonly string[]> = {
	ar: ['key.enter', 'key.escape', 'key.up', 'key.down'],
	fr: ['brand', 'node.kind.national', 'a.word.europe', 'map.europe', 'op.unit.kg', 'op.unit.EUR', 'op.unit.m3', 'op.link.notice', 'nav.message', 'group.messages', 'nav.messages', 'messages.title', 'hit.urgent', 'hit.subject', 'o.type', 'group.organisation', 'offices.code', 'access.action', 'access.export', 'nav.notices', 'nav.notice', 'form.notice', 'form.diffusion', 'notices.title', 'notices.count', 'n.profession', 'n.un.profession', 'nav.label', 'palette.pages', 'key.up', 'key.down', 'zone.note.wrong'],
	es: ['brand', 'a.word.asia', 'op.unit.kg', 'op.unit.EUR', 'op.unit.m3', 'msg.re', 'map.asia', 'no', 'role.auditor', 'key.escape', 'key.up', 'key.down', 'sex.none'],
};

for (const name of ['ar', 'fr', 'es']) {
	test(`${name} leaves no string in English`, () => {
		for (const [key, entry] of Object.entries(languages[name]!)) {
			const english = formsOf((en as Record<string, Entry>)[key]!);
			for (const form of formsOf(entry)) if (english.includes(form)) assert.ok(SAME[name]!.includes(key), `${key}: ${form}`);
		}
	});
}

test('Arabic strings hold no Latin words but names of files, columns and keys', () => {
	const known = /^(JPEG|PNG|PDF|CSV|Ctrl|Alt|Enter|Esc|jisr|batch|load|trustee|belenios|tool|certs|jsons|name|last|document|M|F|X|U)$/;
	for (const [key, entry] of Object.entries(ar)) {
		for (const form of formsOf(entry as Entry)) for (const [word] of form.replace(/\{\w+\}/g, '').matchAll(/[A-Za-z]+/g)) assert.match(word, known, key);
	}
	for (const group of Object.values(arWords)) for (const [key, text] of Object.entries(group)) assert.doesNotMatch(text as string, /[A-Za-z]/, key);
});

test('every language has the same words of the model', () => {
	for (const group of ['schemata', 'topics', 'properties'] as const) {
		for (const [name, one] of Object.entries(words)) assert.deepEqual(Object.keys(one[group]).sort(), Object.keys(enWords[group]).sort(), name);
	}
});

test('every string is used', () => {
	const all = texts.join('\n');
	const families = [...all.matchAll(/`([a-z]+(?:\.[a-z]+)*\.)\$\{/g)].map((match) => match[1]!);
	for (const key of Object.keys(en)) {
		const used = all.includes(`'${key}'`) || all.includes(`"${key}"`) || families.some((family) => key.startsWith(family));
		assert.ok(used, `${key} is used nowhere`);
	}
});

test('no text for people is written outside of strings/', () => {
	for (const path of pages) {
		const bare = readFileSync(path, 'utf8').replace(/\/\*[\s\S]*?\*\//g, '');
		/* Between tags, or as an attribute that is read or seen. */
		const found = [
			...bare.matchAll(/(?<![=-])>\s*([A-Za-z][A-Za-z ,.'’]{2,})\s*</g),
			...bare.matchAll(/(?:aria-label|title|placeholder|alt|label)="([^"]*[A-Za-z]{2,}[^"]*)"/g),
		].map((match) => match[1]!.trim());
		for (const words of found) assert.match(words, /^(Ctrl K|id, name.*|type,status,.*|TLP|msg\.\w+)$/, `${path}: ${words}`);
	}
});

test('styles know neither left nor right', () => {
	for (const path of files(source).filter((one) => one.endsWith('.css'))) {
		const bare = readFileSync(path, 'utf8').replace(/\/\*[\s\S]*?\*\//g, '');
		assert.doesNotMatch(bare, /(?:^|[\s;{])(?:left|right|(?:margin|padding|border)-(?:left|right)[\w-]*|(?:text-align|float|clear)\s*:\s*(?:left|right))\s*[:;}]/m, path);
	}
});
