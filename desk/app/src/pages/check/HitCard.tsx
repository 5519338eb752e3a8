/* One hit: shut a line, open the listed person beside the traveller, fact by fact, in an order that never changes. The
 * table of facts names its roles: narrow screens lay its rows out as blocks, and browsers then forget them. */
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Evidence, Feature, Hit, Part } from '../../api/types';
import { Keys } from '../../frame/Help';
import { hrefOf } from '../../frame/router';
import { Icon } from '../../parts/Icon';
import { Code, Name } from '../../parts/Name';
import { T } from '../../parts/T';
import { type Key, t } from '../../strings';
import { country, date, percent, points } from '../../strings/format';
import { schemaWord, topicWord } from '../../strings/model';
import { deciding } from './Decide';
import { type Judgement, reasonOf } from './explain';
import { kindOf, marksOf } from './marks';
import { type Traveller, decisionOf, splitDocument, undecide } from './state';
import { oops } from './oops';

const RULES: Readonly<Record<string, Key>> = {
	same: 'rule.same', spelling: 'rule.spelling', sound: 'rule.sound', script: 'rule.script', initial: 'rule.initial', nickname: 'rule.nickname', joined: 'rule.joined',
	form: 'rule.form', digits: 'rule.digits', acronym: 'rule.acronym', cut: 'rule.cut', 'extra in query': 'rule.extraAsked', 'extra in list': 'rule.extraListed',
};

const JUDGED: Readonly<Record<Judgement, { readonly sign: string; readonly key: Key }>> = {
	agrees: { sign: '=', key: 'judged.agrees' },
	near: { sign: '≈', key: 'judged.near' },
	differs: { sign: '≠', key: 'judged.differs' },
	unknown: { sign: '–', key: 'judged.unknown' },
};

const PERSONAL: Readonly<Record<string, readonly string[]>> = {
	birth_date: ['birthDate', 'incorporationDate'],
	nationality: ['nationality', 'citizenship', 'country', 'jurisdiction'],
	sex: ['gender'],
	document: ['passportNumber', 'idNumber', 'registrationNumber', 'imoNumber', 'taxNumber'],
};

/* The first property that the list fills, its values. */
function listed(hit: Hit, feature: Feature): readonly string[] {
	const names = PERSONAL[feature] ?? [];
	if (feature === 'document') return [...new Set(names.flatMap((name) => hit.properties?.[name] ?? []))];
	return names.map((name) => hit.properties?.[name] ?? []).find((values) => values.length > 0) ?? [];
}

const sexOf = (value: string): string => (value === 'male' ? t('sex.m') : value === 'female' ? t('sex.f') : value === 'other' ? t('sex.x') : value);

function shown(feature: Feature, value: string): JSX.Element {
	if (feature === 'birth_date') return <bdi>{date(value)}</bdi>;
	if (feature === 'nationality') return <bdi>{country(value)}</bdi>;
	if (feature === 'sex') return <>{sexOf(value)}</>;
	const { country: code, number } = splitDocument(value);
	return (
		<>
			<Code text={number} /> {code !== null && <bdi class="small">{country(code)}</bdi>}
		</>
	);
}

function Judged({ evidence, both }: { readonly evidence: Evidence | undefined; readonly both: boolean }): JSX.Element {
	if (evidence === undefined) {
		return (
			<td role="cell" class="judged judged-unknown">
				<span aria-hidden="true">–</span> {t(both ? 'why.notCompared' : 'judged.unknown')}
			</td>
		);
	}
	const { judgement, text, english } = reasonOf(evidence);
	const { sign, key } = JUDGED[judgement];
	return (
		<td role="cell" class={`judged judged-${judgement}`}>
			<span class="judged-sign" aria-hidden="true">
				{sign}
			</span>
			<span class="unseen">{t(key)}: </span>
			<span lang={english === true ? 'en' : undefined}>{text}</span>
			{evidence.feature !== 'name' && evidence.feature !== 'document' && evidence.effect !== 0 && (
				<bdi class="points" dir="ltr">
					{points(evidence.effect)}
				</bdi>
			)}
		</td>
	);
}

function FactRow(props: { readonly feature: Feature; readonly label: string; readonly traveller: readonly string[]; readonly hit: Hit }): JSX.Element {
	const evidence = props.hit.explanation.evidence.find((one) => one.feature === props.feature);
	const values = listed(props.hit, props.feature);
	const cell = (side: readonly string[]): JSX.Element =>
		side.length === 0 ? (
			<span class="none">{t('none')}</span>
		) : (
			<>
				{side.slice(0, 4).map((value) => (
					<div key={value}>{shown(props.feature, value)}</div>
				))}
				{side.length > 4 && <small>{t('more', { count: side.length - 4 })}</small>}
			</>
		);
	return (
		<tr role="row">
			<th scope="row" role="rowheader">
				{props.label}
			</th>
			<td role="cell">{cell(props.traveller)}</td>
			<td role="cell">{cell(values)}</td>
			<Judged evidence={evidence} both={props.traveller.length > 0 && values.length > 0} />
		</tr>
	);
}

function Parts({ parts }: { readonly parts: readonly Part[] }): JSX.Element {
	return (
		<table class="parts">
			<caption>{t('parts.title')}</caption>
			<thead>
				<tr>
					<th scope="col">{t('parts.asked')}</th>
					<th scope="col">{t('parts.listed')}</th>
					<th scope="col">{t('parts.rule')}</th>
					<th scope="col" class="number">
						{t('parts.similarity')}
					</th>
				</tr>
			</thead>
			<tbody>
				{parts.map((part, index) => (
					<tr key={index}>
						{[part.query, part.listed].map((text, side) => (
							<td key={side}>
								{text !== null ? (
									<span class={`part part-${kindOf(part)}`}>
										<Name text={text} />
									</span>
								) : (
									<span class="none">{t('none')}</span>
								)}
							</td>
						))}
						<td>{RULES[part.rule] !== undefined ? t(RULES[part.rule]!) : <span lang="en">{part.rule}</span>}</td>
						<td class="number">{part.query !== null && part.listed !== null ? percent(part.similarity) : ''}</td>
					</tr>
				))}
			</tbody>
		</table>
	);
}

const OTHERS_MOST = 6;

function Details({ hit, traveller }: { readonly hit: Hit; readonly traveller: Traveller }): JSX.Element {
	const { query_name: asked, matched_name: matched, parts = [], evidence, swapped } = hit.explanation;
	const others = [...(hit.properties?.['name'] ?? []), ...(hit.properties?.['alias'] ?? []), ...(hit.properties?.['weakAlias'] ?? [])].filter((name) => name !== matched);
	return (
		<>
			<div class="scroll" tabIndex={0} role="region" aria-label={t('compare.title')}>
				<table class="compare" role="table">
					<caption class="unseen">{t('compare.title')}</caption>
					<thead>
						<tr>
							<td />
							<th scope="col">{t('compare.traveller')}</th>
							<th scope="col">{t('compare.listed')}</th>
							<th scope="col">{t('compare.why')}</th>
						</tr>
					</thead>
					<tbody>
						<tr class="compare-name" role="row">
							<th scope="row" role="rowheader">
								{t('ask.name')}
							</th>
							<td role="cell">
								{asked !== null ? <Name text={asked} marks={marksOf(asked, parts, 'query')} /> : traveller.names.map((name) => <Name key={name} text={name} />)}
							</td>
							<td role="cell">
								<Name text={matched ?? hit.caption} marks={marksOf(matched ?? hit.caption, parts, 'listed')} />
							</td>
							<Judged evidence={evidence.find((one) => one.feature === 'name')} both />
						</tr>
						<FactRow feature="birth_date" label={t('ask.born')} traveller={traveller.born !== null ? [traveller.born] : []} hit={hit} />
						<FactRow feature="nationality" label={t('ask.nationality')} traveller={traveller.nationality} hit={hit} />
						<FactRow feature="sex" label={t('ask.sex')} traveller={traveller.sex === null ? [] : [{ m: 'male', f: 'female', x: 'other' }[traveller.sex]]} hit={hit} />
						<FactRow feature="document" label={t('ask.document')} traveller={traveller.documents.map((one) => (one.country !== null ? `${one.country}:${one.number}` : one.number))} hit={hit} />
					</tbody>
				</table>
			</div>
			{parts.length > 0 && <Parts parts={parts} />}
			{swapped === true && <p class="small">{t('parts.swapped')}</p>}
			{others.length > 0 && (
				<div class="others">
					<h4>{t('hit.otherNames')}</h4>
					<ul>
						{others.slice(0, OTHERS_MOST).map((name) => (
							<li key={name}>
								<Name text={name} />
							</li>
						))}
						{others.length > OTHERS_MOST && <li class="small">{t('more', { count: others.length - OTHERS_MOST })}</li>}
					</ul>
				</div>
			)}
		</>
	);
}

function Decision({ hit }: { readonly hit: Hit }): JSX.Element {
	const made = decisionOf(hit);
	if (made !== null) {
		return (
			<div class={`decision decision-${made}`} role="status">
				<Icon name={made} />
				<span>{t(`decided.${made}`)}</span>
				<button type="button" class="button-quiet" onClick={() => void undecide(hit).catch(oops)}>
					<Icon name="undo" />
					{t('decided.undo')}
				</button>
			</div>
		);
	}
	return (
		<div class="row decide">
			<button type="button" onClick={() => (deciding.value = { hit, decision: 'same' })}>
				<Icon name="same" />
				{t('decide.same')}
				<Keys keys="1" />
			</button>
			<button type="button" onClick={() => (deciding.value = { hit, decision: 'different' })}>
				<Icon name="different" />
				{t('decide.different')}
				<Keys keys="2" />
			</button>
			<button type="button" onClick={() => (deciding.value = { hit, decision: 'unsure' })}>
				<Icon name="unsure" />
				{t('decide.unsure')}
				<Keys keys="3" />
			</button>
			<a class="button" href={hrefOf('record', hit.id)}>
				<Icon name="record" />
				{t('hit.record')}
			</a>
		</div>
	);
}

export function HitCard(props: { readonly hit: Hit; readonly number: number; readonly traveller: Traveller; readonly open: boolean; readonly onOpen: () => void }): JSX.Element {
	const { hit, open } = props;
	const made = decisionOf(hit);
	const card = useRef<HTMLLIElement>(null);
	const was = useRef(open);
	useEffect(() => {
		if (open && !was.current) card.current?.scrollIntoView({ block: 'nearest' });
		was.current = open;
	}, [open]);
	const topics = hit.properties?.['topics'] ?? [];
	return (
		<li class={`card hit ${open ? 'hit-open' : ''} ${made !== null ? `hit-${made}` : ''}`} ref={card}>
			<h3>
				<button type="button" class="hit-head" aria-expanded={open} onClick={props.onOpen}>
					<span class="hit-score">
						<strong>{percent(hit.score)}</strong>
						<meter min={0} max={1} value={hit.score} aria-label={t('hit.score')} />
					</span>
					<span class="hit-title">
						<span>
							<Name text={hit.caption} />
						</span>
						<small>
							<T k="hit.on" kind={schemaWord(hit.schema)} list={<Name text={hit.lists[0] ?? ''} />} />
						</small>
					</span>
					<span class="hit-topics">
						{topics.slice(0, 3).map((topic) => (
							<span class="topic" key={topic}>
								{topicWord(topic)}
							</span>
						))}
						{made !== null && (
							<span class="topic topic-decided">
								<Icon name={made} />
								{t(`decided.short.${made}`)}
							</span>
						)}
					</span>
					<Icon name="down" />
				</button>
			</h3>
			{open && (
				<div class="hit-body">
					{hit.decision?.again != null && (
						<p class="again">
							<Icon name="warning" />
							<span>
								{t('hit.again')} <span lang="en" dir="ltr">{hit.decision.again}</span>
							</span>
						</p>
					)}
					<Details hit={hit} traveller={props.traveller} />
					<Decision hit={hit} />
				</div>
			)}
		</li>
	);
}
