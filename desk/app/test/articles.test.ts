/* The English of each article is what the service tells, word for word; and every rule of decision has one. */
import { root } from './browserless';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { ARTICLES } from '../src/strings/articles';

test('articles of rules are there in four languages, with the words that the service tells', () => {
	const source = readFileSync(join(root, 'src/assembly/rule.c'), 'utf8').replace(/"\s*\n\s*"/g, '');
	const table = source.slice(source.indexOf('first[RULE_COUNT]'), source.indexOf('const char *rule_matter_name'));
	const told = [...table.matchAll(/"([^"]*(?:Constitution|Regulations|Rules of Procedure)[^"]*)"/g)].map((match) => match[1]!);
	assert.ok(told.length >= 13, String(told.length));
	for (const one of new Set(told)) assert.ok(ARTICLES.some((article) => article.en === one), one);
	for (const one of ARTICLES) {
		assert.ok(told.includes(one.en), one.en);
		for (const language of ['ar', 'es', 'fr'] as const) {
			assert.notEqual(one[language], one.en);
			assert.deepEqual(one[language].match(/\d+/g), one.en.replace('three months', '').match(/\d+/g), one[language]);
		}
	}
});
