/* What a meeting is: when and where, who with whom, what about, what came of it. */
import type { JSX } from 'preact';
import { type Meeting, clockOf, dayOf, tongues } from '../../api/meetings';
import { Fact } from '../../parts/Fact';
import { Icon, type IconName } from '../../parts/Icon';
import { Name } from '../../parts/Name';
import { TimesText } from '../../parts/Times';
import { type Key, t } from '../../strings';
import { date, list, number } from '../../strings/format';
import { sideName } from './Wish';

const LOOKS: Readonly<Record<Meeting['state'], readonly [string, IconName]>> = {
	asked: ['near', 'hand'], accepted: ['near', 'clock'], declined: ['over', 'close'], placed: ['good', 'clear'], held: ['over', 'same'], cancelled: ['over', 'close'],
};

export function MeetingStamp({ one }: { readonly one: Meeting }): JSX.Element {
	const [look, icon] = LOOKS[one.state];
	return (
		<span class={`topic stamp stamp-${look}`} data-state={one.state}>
			<Icon name={icon} />
			{t(`mt.state.${one.state}` as Key)}
		</span>
	);
}

export function When({ one }: { readonly one: Meeting }): JSX.Element | null {
	if (one.begin === null) return null;
	return (
		<bdi class="meeting-when">
			{date(dayOf(one.begin))}, <span dir="ltr">{`${clockOf(one.begin)}–${clockOf(one.end ?? '')}`}</span>
		</bdi>
	);
}

export function Facts({ one }: { readonly one: Meeting }): JSX.Element {
	return (
		<dl class="facts facts-wide">
			{one.begin !== null && (
				<Fact name={t('mt.when')}>
					<When one={one} /> {one.room !== null && <Name text={one.room} />}
				</Fact>
			)}
			<Fact name={t('mt.sides')}>
				{one.sides.map((side) => (
					<p key={side.office} data-side={side.office}>
						<Name text={sideName(side.office)} /> ({t('mt.people.count', { count: side.people })}
						{side.languages.length > 0 && `, ${list(tongues(side.languages))}`})
					</p>
				))}
			</Fact>
			<Fact name={t('mt.level')}>
				{t(`mt.level.${one.level}` as Key)}
				{one.weight !== undefined && ` · ${t('mt.weight')}: ${number(one.weight)}`}
			</Fact>
			{one.times.length > 0 && (
				<Fact name={t('mt.times')}>
					<TimesText times={one.times} />
				</Fact>
			)}
			{one.waiting !== null && one.state === 'accepted' && (
				<Fact name={t('mt.waiting')} class="near-note" data-waiting={one.waiting}>{t(`mt.waiting.${one.waiting}` as Key)}</Fact>
			)}
			{one.reason !== null && (
				<Fact name={t('a.field.text')}>
					<Name text={one.reason} />
				</Fact>
			)}
			{one.note !== null && (
				<Fact name={t('mt.note')}>
					<Name text={one.note} />
				</Fact>
			)}
		</dl>
	);
}
