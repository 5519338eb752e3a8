/* Everything that a list says of one person, company or ship, and what is tied to it. */
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { api } from '../../api/client';
import type { Entity } from '../../api/types';
import { hrefOf } from '../../frame/router';
import { Fact } from '../../parts/Fact';
import { Icon } from '../../parts/Icon';
import { Code, Name } from '../../parts/Name';
import { T } from '../../parts/T';
import { Trouble } from '../../parts/Trouble';
import type { PageProps } from '../../routes';
import { t } from '../../strings';
import { country, date } from '../../strings/format';
import { IN_FRONT, propertyWord, schemaWord, topicWord } from '../../strings/model';

const VALUES_AT_ONCE = 12;
const COUNTRIES: ReadonlySet<string> = new Set(['country', 'nationality', 'citizenship', 'jurisdiction', 'mainCountry', 'flag', 'birthCountry', 'pastFlags', 'issuingCountry']);
const SEXES: Readonly<Record<string, 'sex.m' | 'sex.f' | 'sex.x'>> = { male: 'sex.m', female: 'sex.f', other: 'sex.x' };

function Value({ name, value }: { readonly name: string; readonly value: string }): JSX.Element {
	if (name === 'topics') return <span class="topic">{topicWord(value)}</span>;
	if (name === 'gender' && SEXES[value] !== undefined) return <>{t(SEXES[value])}</>;
	if (COUNTRIES.has(name)) return <bdi>{country(value)}</bdi>;
	if (/^\d{4}(-\d\d){0,2}$/.test(value) && /(date|At|Seen)$/i.test(name)) return <bdi>{date(value)}</bdi>;
	if (/^https?:\/\/\S+$/.test(value)) {
		return (
			<a href={value} target="_blank" rel="noopener noreferrer" dir="ltr" class="code">
				{value}
			</a>
		);
	}
	return /(number|code|id)$/i.test(name) ? <Code text={value} /> : <Name text={value} />;
}

function Values({ name, values }: { readonly name: string; readonly values: readonly string[] }): JSX.Element {
	const [most, setMost] = useState(VALUES_AT_ONCE);
	return (
		<>
			<ul class="values">
				{values.slice(0, most).map((value) => (
					<li key={value}>
						<Value name={name} value={value} />
					</li>
				))}
			</ul>
			{values.length > most && (
				<button type="button" class="button-quiet" onClick={() => setMost(values.length)}>
					{t('more', { count: values.length - most })}
				</button>
			)}
		</>
	);
}

const place = (name: string): number => (IN_FRONT.includes(name) ? IN_FRONT.indexOf(name) : IN_FRONT.length);

/* Own texts first, in the order in which an officer asks; what is tied to it after. */
function split(entity: Entity): { own: [string, string[]][]; tied: [string, Entity[]][] } {
	const own: [string, string[]][] = [];
	const tied: [string, Entity[]][] = [];
	for (const [name, values] of Object.entries(entity.properties).sort(([a], [b]) => place(a) - place(b) || a.localeCompare(b))) {
		const texts = values.filter((value): value is string => typeof value === 'string');
		const entities = values.filter((value): value is Entity => typeof value !== 'string');
		if (texts.length > 0) own.push([name, texts]);
		if (entities.length > 0) tied.push([name, entities]);
	}
	return { own, tied };
}

/* An id that stands as text is a tie that was not unfolded: the person itself, most often. */
function Tied({ entity, from }: { readonly entity: Entity; readonly from: string }): JSX.Element {
	const { own, tied } = split(entity);
	const facts = own.map(([name, values]): [string, string[]] => [name, values.filter((value) => value !== from)]).filter(([, values]) => values.length > 0);
	return (
		<li class="tied">
			<p class="tied-head">
				<Icon name="link" />
				{tied.length > 0 || entity.target ? (
					<a href={hrefOf('record', entity.id)}>
						<Name text={entity.caption} />
					</a>
				) : (
					<strong>
						<Name text={entity.caption} />
					</strong>
				)}{' '}
				<small>{schemaWord(entity.schema)}</small>
			</p>
			<dl class="facts">
				{facts.map(([name, values]) => (
					<Fact key={name} name={propertyWord(name)}>
						<Values name={name} values={values} />
					</Fact>
				))}
			</dl>
			{tied.map(([name, others]) => (
				<p key={name} class="small">
					{propertyWord(name)}:{' '}
					{others.map((other) => (
						<a key={other.id} href={hrefOf('record', other.id)}>
							<Name text={other.caption} />{' '}
						</a>
					))}
				</p>
			))}
		</li>
	);
}

function Record({ entity }: { readonly entity: Entity }): JSX.Element {
	const { own, tied } = split(entity);
	return (
		<>
			<div class="page-head">
				<div>
					<h1 tabIndex={-1}>
						<Name text={entity.caption} />
					</h1>
					<p class="small">
						<T
							k="hit.on"
							kind={schemaWord(entity.schema)}
							list={
								<>
									{entity.datasets.map((one, index) => (
										<span key={one}>
											{index > 0 && ', '}
											<Name text={one} />
										</span>
									))}
								</>
							}
						/>{' '}
						· <Code text={entity.id} />
					</p>
				</div>
				<button type="button" onClick={() => history.back()}>
					<Icon name="back" />
					{t('back')}
				</button>
			</div>
			<section class="card" aria-label={t('record.says')}>
				<h2 class="card-title">{t('record.says')}</h2>
				<dl class="facts facts-wide">
					{own.map(([name, values]) => (
						<Fact key={name} name={propertyWord(name)}>
							<Values name={name} values={values} />
						</Fact>
					))}
				</dl>
			</section>
			{tied.length > 0 && (
				<section class="card" aria-label={t('record.tied')}>
					<h2 class="card-title">{t('record.tied')}</h2>
					{tied.map(([name, entities]) => (
						<div key={name}>
							<h3>{propertyWord(name)}</h3>
							<ul class="tied-list">
								{entities.map((one) => (
									<Tied key={one.id} entity={one} from={entity.id} />
								))}
							</ul>
						</div>
					))}
				</section>
			)}
		</>
	);
}

export default function RecordPage({ values }: PageProps): JSX.Element {
	const id = values[0] ?? '';
	const [entity, setEntity] = useState<Entity | null>(null);
	const [failed, setFailed] = useState<unknown>(null);
	useEffect(() => {
		api.entity(id).then(setEntity, setFailed);
	}, [id]);
	return (
		<div class="page">
			{entity !== null ? (
				<Record entity={entity} />
			) : (
				<>
					<h1 tabIndex={-1}>{t('nav.record')}</h1>
					{failed !== null ? <Trouble error={failed} /> : <p role="status">{t('loading')}</p>}
				</>
			)}
		</div>
	);
}
