/* Two versions of a notice beside one another: what was taken out, what was put in. */
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { read } from '../../api/client';
import { type Content, type Json, type Notice, type NoticeEvent, codes, learnCodes } from '../../api/notices';
import { hrefOf } from '../../frame/router';
import { LANGUAGES } from '../../frame/store';
import { Field, Switch } from '../../parts/Field';
import { Icon } from '../../parts/Icon';
import { Name } from '../../parts/Name';
import { tame } from '../../parts/tame';
import { Trouble } from '../../parts/Trouble';
import type { PageProps } from '../../routes';
import { type Key, t } from '../../strings';
import { moment } from '../../strings/format';
import { Value } from '../notice/Say';
import { SECTIONS, labelOf, valueAt } from '../notice/spec';
import { differ } from './words';

interface Version {
	readonly name: string;
	readonly content: Content;
}

/* Versions as the log has them: every entry that said what the notice says. */
async function versionsOf(id: string): Promise<{ notice: Notice; versions: readonly Version[] }> {
	const [notice, told] = await Promise.all([read<Notice>(`notices/${id}`), read<{ history: readonly NoticeEvent[] }>(`notices/${id}/history`), learnCodes()]);
	const saying = told.history.filter((one) => ['draft', 'edit', 'answer', 'amend'].includes(one.step));
	const versions: Version[] = [];
	for (const event of saying) {
		const entry = await read<{ entry: { body?: { content?: Content } | null } }>(`log/${event.sequence}`).catch(() => null);
		const content = entry?.entry.body?.content;
		if (content !== undefined) versions.push({ name: `${t(`did.${event.step}` as Key)}, ${moment(new Date(event.at))}`, content });
	}
	versions.push({ name: t('compare.now'), content: notice.content });
	if (notice.proposed !== undefined) versions.push({ name: t('compare.proposed'), content: notice.proposed });
	return { notice, versions };
}

function Changed({ before, after }: { readonly before: string; readonly after: string }): JSX.Element {
	return (
		<p dir="auto" class="notice-text">
			{differ(tame(before).text, tame(after).text).map((piece, index) => (piece.kind === 'same' ? <span key={index}>{piece.text}</span> : piece.kind === 'in' ? <ins key={index}>{piece.text}</ins> : <del key={index}>{piece.text}</del>))}
		</p>
	);
}

const isText = (value: Json | undefined): value is string => typeof value === 'string' || value === undefined;

export default function ComparePage({ values }: PageProps): JSX.Element {
	const id = values[0] ?? '';
	const [found, setFound] = useState<{ notice: Notice; versions: readonly Version[] } | null>(null);
	const [failed, setFailed] = useState<unknown>(null);
	const [pair, setPair] = useState<readonly [number, number]>([0, 0]);
	const [all, setAll] = useState(false);
	useEffect(() => {
		versionsOf(encodeURIComponent(id)).then((told) => {
			setFound(told);
			setPair([Math.max(0, told.versions.length - 2), told.versions.length - 1]);
		}, setFailed);
	}, [id]);
	const [before, after] = [found?.versions[pair[0]], found?.versions[pair[1]]];
	const rows =
		before === undefined || after === undefined
			? []
			: SECTIONS.flatMap((section) => section.fields).flatMap((field) => {
					const [a, b] = [valueAt(before.content, field.path), valueAt(after.content, field.path)];
					if (a === undefined && b === undefined) return [];
					const same = JSON.stringify(a) === JSON.stringify(b);
					return same && !all ? [] : [{ field, a, b, same }];
				});
	return (
		<div class="page page-wide">
			<div class="page-head">
				<h1 tabIndex={-1}>{t('nav.compare')}</h1>
				<a href={hrefOf('notice', id)}>
					<Icon name="back" />
					{found !== null ? <Name text={found.notice.caption} /> : t('nav.notice')}
				</a>
			</div>
			{failed !== null && <Trouble error={failed} />}
			{found !== null && codes.value !== null && (
				<>
					<div class="card compare-choose">
						{([0, 1] as const).map((side) => (
							<Field key={side} label={t(side === 0 ? 'compare.before' : 'compare.after')}>
								{(ids) => (
									<select {...ids} value={pair[side]} onChange={(event) => setPair(side === 0 ? [Number(event.currentTarget.value), pair[1]] : [pair[0], Number(event.currentTarget.value)])}>
										{found.versions.map((one, index) => (
											<option key={index} value={index}>
												{one.name}
											</option>
										))}
									</select>
								)}
							</Field>
						))}
						<Switch label={t('compare.all')} on={all} onChange={setAll} />
					</div>
					{rows.length === 0 ? (
						<p class="card empty">{t('compare.same')}</p>
					) : (
						<section class="card">
							<div class="scroll" tabIndex={0} role="region" aria-label={t('nav.compare')}>
								<table class="table compare-table">
									<caption class="unseen">{t('nav.compare')}</caption>
									<thead>
										<tr>
											<th scope="col">{t('compare.field')}</th>
											<th scope="col">{t('compare.before')}</th>
											<th scope="col">{t('compare.after')}</th>
										</tr>
									</thead>
									<tbody>
										{rows.map(({ field, a, b, same }) => (
											<tr key={field.path} data-same={same}>
												<th scope="row">{t(labelOf(field.path))}</th>
												{field.kind === 'words' && !same ? (
													<td colSpan={2}>
														{LANGUAGES.filter((one) => (valueAt((a ?? {}) as Content, one) ?? valueAt((b ?? {}) as Content, one)) !== undefined).map((one) => (
															<div key={one} lang={one}>
																<Changed before={String(valueAt((a ?? {}) as Content, one) ?? '')} after={String(valueAt((b ?? {}) as Content, one) ?? '')} />
															</div>
														))}
													</td>
												) : isText(a) && isText(b) && (field.kind === 'text' || field.kind === 'line') && !same ? (
													<td colSpan={2}>
														<Changed before={a ?? ''} after={b ?? ''} />
													</td>
												) : (
													[a, b].map((value, side) => <td key={side}>{value === undefined ? <span class="none">{t('none')}</span> : field.kind === 'pictures' ? t('compare.pictures', { count: (value as readonly Json[]).length }) : <Value field={field} value={value} />}</td>)
												)}
											</tr>
										))}
									</tbody>
								</table>
							</div>
						</section>
					)}
				</>
			)}
		</div>
	);
}
