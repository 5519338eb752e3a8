/* The keys with which offices sign: added, ended, with what that means. */
import type { JSX } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import type { OfficeKey } from '../../api/admin';
import { officeName } from '../../api/notices';
import { hrefOf } from '../../frame/router';
import { say } from '../../frame/say';
import { language } from '../../frame/store';
import { may, ownOffice } from '../../frame/who';
import { Code, Name } from '../../parts/Name';
import { Reason } from '../../parts/Reason';
import { type Column, Sheet } from '../../parts/Sheet';
import { type Act, type Told } from '../../parts/useAct';
import { t } from '../../strings';
import { number } from '../../strings/format';

export const mayChangeKeys = (office: string): boolean => may('keys.change') && (ownOffice() === 'GS' || ownOffice() === office);

export function AddKey({ act, office, onDone, onClose }: { readonly act: Act; readonly office: string; readonly onDone: () => void; readonly onClose: () => void }): JSX.Element {
	return <Reason title={t('okey.add.of', { name: officeName(office) })} meaning={t('okey.add.meaning')} action={t('okey.add')} none send={() => act<Told>('POST', 'keys', { office }, { 'Idempotency-Key': crypto.randomUUID() })} onDone={onDone} onClose={onClose} />;
}

export function Keys({ act, keys, onChanged }: { readonly act: Act; readonly keys: readonly OfficeKey[]; readonly onChanged: () => void }): JSX.Element {
	const [ending, setEnding] = useState<OfficeKey | null>(null);
	const living = (office: string): number => keys.filter((one) => one.office === office && one.ended === null).length;
	const columns = useMemo(
		(): Column<OfficeKey>[] => [
			{
				id: 'office',
				title: t('officers.office'),
				value: (one) => `${officeName(one.office)} ${one.office}`,
				cell: (one) => (
					<a href={hrefOf('office', one.office)} dir="auto">
						<Name text={officeName(one.office)} />
					</a>
				),
			},
			{ id: 'key', title: t('okey.key'), value: (one) => one.id, cell: (one) => <Code text={one.id} /> },
			{ id: 'added', title: t('okey.added'), number: true, value: (one) => one.added, cell: (one) => number(one.added) },
			{ id: 'state', title: t('officers.state'), value: (one) => t(one.ended === null ? 'okey.counts' : 'okey.ended'), cell: (one) => (one.ended === null ? <span class="good">{t('okey.counts')}</span> : t('okey.ended.at', { entry: number(one.ended) })) },
			{
				id: 'step',
				title: t('mem.step'),
				value: () => '',
				cell: (one) =>
					one.ended === null && mayChangeKeys(one.office) ? (
						<button type="button" data-end-key={one.id} onClick={() => setEnding(one)}>
							{t('okey.end')}
						</button>
					) : null,
			},
		],
		[language.value, keys],
	);
	return (
		<>
			<Sheet label={t('okey.title')} rows={keys} columns={columns} keyOf={(row) => `${row.office}/${row.id}`} file="keys" sort="-added" />
			{ending !== null && (
				<Reason
					title={t('okey.end.of', { key: ending.id })}
					meaning={t('okey.end.meaning')}
					warning={living(ending.office) === 1 ? t('okey.end.last', { name: officeName(ending.office) }) : t('undone')}
					action={t('okey.end')}
					send={(reason) => act<Told>('POST', `keys/${ending.office}/${ending.id}/end`, { reason })}
					onDone={() => {
						setEnding(null);
						say(t('officers.done'));
						onChanged();
					}}
					onClose={() => setEnding(null)}
				/>
			)}
		</>
	);
}
