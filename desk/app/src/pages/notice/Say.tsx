/* What a notice says, to be read. */
import type { ComponentChildren, JSX } from 'preact';
import { type Content, type Json, word } from '../../api/notices';
import { LANGUAGES, isRightToLeft, language } from '../../frame/store';
import { Fact } from '../../parts/Fact';
import { Code, Name, Prose } from '../../parts/Name';
import { LANGUAGE_NAMES, type Key, t } from '../../strings';
import { country, date, decimal, tongue } from '../../strings/format';
import { type Field, SECTIONS, TONGUES, labelOf, valueAt } from './spec';

const joined = (items: readonly ComponentChildren[]): JSX.Element => (
	<ul class="values">
		{items.map((item, index) => (
			<li key={index}>{item}</li>
		))}
	</ul>
);

const asList = (value: Json): readonly Json[] => (Array.isArray(value) ? value : [value]);

/* Texts by language: the page's own first. */
export function Words({ words }: { readonly words: Json }): JSX.Element {
	const texts = words as Readonly<Record<string, string>>;
	const order = [language.value, ...LANGUAGES.filter((one) => one !== language.value)].filter((one) => texts[one] !== undefined);
	return (
		<div class="stack">
			{order.map((one) => (
				<div key={one} class="notice-words" lang={one} dir={isRightToLeft(one) ? 'rtl' : 'ltr'}>
					{order.length > 1 && <h3>{LANGUAGE_NAMES[one]}</h3>}
					<p>
						<Name text={texts[one] ?? ''} />
					</p>
				</div>
			))}
		</div>
	);
}

export function Value({ field, value }: { readonly field: Field; readonly value: Json }): JSX.Element {
	switch (field.kind) {
		case 'date':
			return <bdi>{date(String(value))}</bdi>;
		case 'country':
			return <bdi>{country(String(value))}</bdi>;
		case 'countries':
			return joined(asList(value).map((one) => <bdi>{country(String(one))}</bdi>));
		case 'code':
			return <>{word(field.table ?? 'status', String(value))}</>;
		case 'codes':
			return joined(asList(value).map((one) => word(field.table ?? 'status', String(one))));
		case 'purpose':
			return <>{t(`purpose.${String(value)}` as Key)}</>;
		case 'yes':
			return <>{t(value === true ? 'yes' : 'no')}</>;
		case 'number':
			return <bdi>{decimal(Number(value))}</bdi>;
		case 'tongues':
			return joined(asList(value).map((one) => <bdi>{tongue(TONGUES[String(one)] ?? String(one))}</bdi>));
		case 'words':
			return <Words words={value} />;
		case 'lines':
			return joined(asList(value).map((one) => <Name text={String(one)} />));
		case 'list':
			return (
				<ol class="notice-items">
					{asList(value).map((one, index) => (
						<li key={index}>
							<dl class="facts">
								{(field.parts ?? []).map((part) => {
									const inner = valueAt(one as Content, part.path);
									return inner === undefined ? null : (
										<Fact key={part.path} name={t(labelOf(`${field.path}.${part.path}`))}>
											<Value field={part} value={inner} />
										</Fact>
									);
								})}
							</dl>
						</li>
					))}
				</ol>
			);
		case 'text':
			return (
				<p class="notice-text" dir="auto">
					<Prose text={String(value)} />
				</p>
			);
		default:
			return field.code === true ? <Code text={String(value)} /> : <Name text={String(value)} />;
	}
}

export function Say({ content }: { readonly content: Content }): JSX.Element {
	return (
		<>
			{SECTIONS.map((section) => {
				const said = section.fields.filter((field) => field.kind !== 'pictures' && valueAt(content, field.path) !== undefined);
				return said.length === 0 ? null : (
					<section key={section.name} class="card" aria-label={t(`section.${section.name}` as Key)}>
						<h2 class="card-title">{t(`section.${section.name}` as Key)}</h2>
						<dl class="facts facts-wide">
							{said.map((field) => (
								<Fact key={field.path} name={t(labelOf(field.path))}>
									<Value field={field} value={valueAt(content, field.path) as Json} />
								</Fact>
							))}
						</dl>
					</section>
				);
			})}
		</>
	);
}
