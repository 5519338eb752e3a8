/* Registered objects: asked for by a number; those entered one by one; the files of many. */
import type { JSX } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { read } from '../../api/client';
import { officeName, word } from '../../api/notices';
import { type ObjectFile, type OneObject, formOf, forms, learnObjects, typeWord } from '../../api/objects';
import type { Answer } from '../../api/sign';
import type { Hit } from '../../api/types';
import { label, readRows, workCodes } from '../../api/work';
import { useKeys } from '../../frame/keys';
import { hrefOf } from '../../frame/router';
import { say } from '../../frame/say';
import { language } from '../../frame/store';
import { may, ownOffice } from '../../frame/who';
import { CountryField } from '../../parts/CountryField';
import { Field } from '../../parts/Field';
import { Icon } from '../../parts/Icon';
import { Code, Name } from '../../parts/Name';
import { Refused } from '../../parts/Refused';
import { type Column, Sheet } from '../../parts/Sheet';
import { Trouble } from '../../parts/Trouble';
import { type Told, useAct } from '../../parts/useAct';
import { t } from '../../strings';
import { date, number } from '../../strings/format';

const OTHER: Readonly<Record<string, string>> = { 'crime.theft': 'stolen' };

function Found({ hits, asked }: { readonly hits: readonly Hit[]; readonly asked: string }): JSX.Element {
	if (hits.length === 0) {
		return (
			<p class="card object-clear" role="status" data-found="0">
				<Icon name="clear" /> {t('obj.none', { number: asked })}
			</p>
		);
	}
	return (
		<ul class="object-found" data-found={hits.length}>
			{hits.map((hit) => {
				const one = (name: string): string => hit.properties?.[name]?.[0] ?? '';
				const kind = one('objectKind');
				return (
					<li key={hit.id} class="card object-hit">
						<p>
							<strong>
								{typeWord(kind, one('type'))} <span class="topic">{label('object_status', one('status') || (OTHER[one('topics')] ?? ''))}</span>
							</strong>
						</p>
						<p>
							<a href={hrefOf('object', hit.id)}>
								<Name text={hit.caption} />
							</a>
						</p>
						<p class="small">
							{t('obj.owner')}: <Name text={officeName(one('authority'))} />
						</p>
						<p class="small">{t('obj.lead')}</p>
					</li>
				);
			})}
		</ul>
	);
}

function Ask(): JSX.Element {
	const { act, dialog } = useAct();
	const [text, setText] = useState('');
	const [from, setFrom] = useState('');
	const [kind, setKind] = useState('');
	const [make, setMake] = useState('');
	const [found, setFound] = useState<{ readonly hits: readonly Hit[]; readonly asked: string } | null>(null);
	const [refused, setRefused] = useState<Answer<Told> | null>(null);
	const send = async (): Promise<void> => {
		const sought = text.trim();
		if (sought === '') return;
		const answer = await act<{ hits: readonly Hit[] } & Told>('POST', 'objects/check', { number: sought, ...(from !== '' ? { country: from } : {}), ...(kind !== '' ? { kind } : {}), ...(make.trim() !== '' ? { make: make.trim() } : {}) });
		setRefused(answer.status === 200 ? null : answer);
		setFound(answer.status === 200 ? { hits: answer.body.hits, asked: sought } : null);
		if (answer.status === 200) say(answer.body.hits.length === 0 ? t('obj.none', { number: sought }) : t('obj.some', { count: answer.body.hits.length }));
	};
	useKeys([{ keys: '/', label: 'keys.search', run: () => document.querySelector<HTMLElement>('[data-field=number]')?.focus() }], []);
	return (
		<section class="card stack" aria-label={t('obj.ask')}>
			<h2 class="card-title">{t('obj.ask')}</h2>
			<form
				class="object-ask"
				onSubmit={(event) => {
					event.preventDefault();
					void send();
				}}
			>
				<Field label={t('obj.number')} help={t('obj.number.help')}>
					{(ids) => <input {...ids} type="text" data-field="number" dir="ltr" class="code" autocomplete="off" autocapitalize="characters" spellcheck={false} required maxLength={64} value={text} onInput={(event) => setText(event.currentTarget.value)} />}
				</Field>
				<CountryField label={t('o.country')} value={from} onChange={setFrom} />
				<Field label={t('obj.kind')}>
					{(ids) => (
						<select {...ids} value={kind} onChange={(event) => setKind(event.currentTarget.value)}>
							<option value="">{t('obj.any')}</option>
							{workCodes('object_kind').map((one) => (
								<option key={one} value={one}>
									{label('object_kind', one)}
								</option>
							))}
						</select>
					)}
				</Field>
				{kind === 'firearm' && <Field label={t('o.make')}>{(ids) => <input {...ids} type="text" dir="auto" maxLength={60} value={make} onInput={(event) => setMake(event.currentTarget.value)} />}</Field>}
				<button type="submit" class="button-main" id="object-ask">
					<Icon name="search" />
					{t('obj.go')}
				</button>
			</form>
			{refused !== null && <Refused answer={refused} />}
			{found !== null && <Found hits={found.hits} asked={found.asked} />}
			{dialog}
		</section>
	);
}

function columnsOf(): Column<OneObject>[] {
	const said = (one: OneObject, field: string): string => {
		const value = one.object?.[field];
		return typeof value === 'string' ? value : '';
	};
	const numbers = ['number', 'vin', 'plate', 'serial', 'imo', 'hull', 'registration', 'mmsi', 'call_sign', 'engine', 'inventory', 'title'];
	const numberOf = (one: OneObject): string => numbers.map((field) => said(one, field)).find((value) => value !== '') ?? one.caption;
	return [
		{
			id: 'number',
			title: t('obj.number'),
			value: numberOf,
			cell: (one) => (
				<a href={hrefOf('object', one.href ?? one.id)}>
					<Code text={numberOf(one)} />
					<small>
						<Code text={one.id} />
					</small>
				</a>
			),
		},
		{ id: 'kind', title: t('obj.kind'), value: (one) => `${label('object_kind', one.kind)}: ${typeWord(one.kind, said(one, 'type'))}` },
		{ id: 'status', title: t('o.status'), value: (one) => (one.withdrawn ? t('obj.withdrawn') : label('object_status', said(one, 'status'))) },
		{ id: 'owner', title: t('obj.owner'), value: (one) => officeName(one.owner), cell: (one) => <Name text={officeName(one.owner)} /> },
		{ id: 'crimes', title: t('o.crime_areas'), value: (one) => ((one.object?.['crime_areas'] as readonly string[] | undefined) ?? []).map((code) => word('crime', code)).join(' · ') },
		{ id: 'entered', title: t('obj.entered'), value: (one) => one.entered ?? '', cell: (one) => <bdi>{date((one.entered ?? '').slice(0, 10))}</bdi> },
	];
}

function Files({ files }: { readonly files: readonly ObjectFile[] }): JSX.Element {
	const columns: Column<ObjectFile>[] = [
		{ id: 'name', title: t('objfile.name'), value: (one) => one.name, cell: (one) => <Code text={one.name} /> },
		{ id: 'owner', title: t('obj.owner'), value: (one) => officeName(one.owner), cell: (one) => <Name text={officeName(one.owner)} /> },
		{ id: 'objects', title: t('objfile.objects'), value: (one) => one.objects, cell: (one) => number(one.objects), number: true },
		{ id: 'bad', title: t('objfile.bad'), value: (one) => one.bad ?? 0, cell: (one) => (one.bad !== undefined ? number(one.bad) : ''), number: true },
		{ id: 'loaded', title: t('obj.entered'), value: (one) => one.loaded, cell: (one) => <bdi>{date(one.loaded.slice(0, 10))}</bdi> },
	];
	return <Sheet label={t('objfile.title')} rows={files} columns={columns} keyOf={(one) => `${one.owner}/${one.name}`} file="object-files" note={t('objfile.title')} />;
}

export default function ObjectsPage(): JSX.Element {
	const [kind, setKind] = useState('');
	const [mine, setMine] = useState(false);
	const [found, setFound] = useState<{ readonly rows: readonly OneObject[]; readonly total: number } | null>(null);
	const [files, setFiles] = useState<readonly ObjectFile[]>([]);
	const [failed, setFailed] = useState<unknown>(null);
	const own = ownOffice();
	useEffect(() => {
		let current = true;
		const asked = new URLSearchParams({ ...(kind !== '' ? { kind } : {}), ...(mine ? { owner: own } : {}) }).toString();
		Promise.all([readRows<OneObject>(`objects${asked !== '' ? `?${asked}` : ''}`, 'objects'), learnObjects()]).then(([rows]) => current && setFound(rows), setFailed);
		return () => {
			current = false;
		};
	}, [kind, mine]);
	useEffect(() => void read<{ files: readonly ObjectFile[] }>('object-files').then((told) => setFiles(told.files), setFailed), []);
	const columns = useMemo(columnsOf, [language.value, found, forms.value]);
	const ready = found !== null && formOf('document') !== undefined;
	return (
		<div class="page page-wide">
			<div class="page-head">
				<div>
					<h1 tabIndex={-1}>{t('nav.objects')}</h1>
					<p class="small">{t('obj.meaning')}</p>
				</div>
				{may('objects.write') && (
					<div class="row">
						<a class="button" href="/desk/object-file">
							<Icon name="upload" />
							{t('objfile.enter')}
						</a>
						<a class="button button-main" href="/desk/object/new">
							<Icon name="box" />
							{t('obj.new')}
						</a>
					</div>
				)}
			</div>
			{failed !== null && <Trouble error={failed} />}
			{failed === null && !ready && <p role="status">{t('loading')}</p>}
			{ready && (
				<>
					<Ask />
					<div class="row">
						<label class="row">
							<span>{t('obj.kind')}</span>
							<select class="narrow" data-filter="kind" value={kind} onChange={(event) => setKind(event.currentTarget.value)}>
								<option value="">{t('obj.any')}</option>
								{workCodes('object_kind').map((one) => (
									<option key={one} value={one}>
										{label('object_kind', one)}
									</option>
								))}
							</select>
						</label>
						<span class="row">
							<input type="checkbox" id="objects-mine" checked={mine} onChange={(event) => setMine(event.currentTarget.checked)} />
							<label for="objects-mine">{t('obj.mine')}</label>
						</span>
					</div>
					{found.rows.length === 0 ? (
						<p class="card empty">{t('obj.empty')}</p>
					) : (
						<Sheet label={t('obj.single')} rows={found.rows} columns={columns} keyOf={(one) => one.id} file="objects" note={found.total > found.rows.length ? t('sheet.part', { shown: number(found.rows.length), count: found.total }) : undefined} />
					)}
					{files.length > 0 && <Files files={files} />}
				</>
			)}
		</div>
	);
}
