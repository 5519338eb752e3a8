/* The check desk: one traveller after the other. */
import type { JSX } from 'preact';
import { useLayoutEffect } from 'preact/hooks';
import { onBurst, useKeys } from '../../frame/keys';
import { Dialog } from '../../parts/Dialog';
import { Trouble } from '../../parts/Trouble';
import { queueMode } from '../../frame/store';
import { t } from '../../strings';
import { Answer, Failed } from './Answer';
import { Ask, zoneTyped } from './Ask';
import { Decide, deciding } from './Decide';
import { trouble } from './oops';
import { ask, change, decisionOf, form, nextTraveller, selected, stage } from './state';
import { beginsZone } from './mrz';

const ANSWER_MS = 700; /* an answer stands at least so long before Enter takes it away: a reader's last Enter comes late */

let shownAt = 0;

function move(step: number): void {
	if (stage.value.kind !== 'answered') return;
	const count = stage.value.answered.answer.hits.length;
	if (count > 0) selected.value = Math.max(0, Math.min(count - 1, selected.value + step));
}

function judge(decision: 'same' | 'different' | 'unsure'): void {
	if (stage.value.kind !== 'answered') return;
	const hit = stage.value.answered.answer.hits[selected.value];
	if (hit !== undefined && decisionOf(hit) === null) deciding.value = { hit, decision };
}

export default function CheckPage(): JSX.Element {
	const kind = stage.value.kind;
	const hasHits = (): boolean => stage.value.kind === 'answered' && stage.value.answered.answer.hits.length > 0;
	useLayoutEffect(() => {
		shownAt = performance.now();
	}, [stage.value]);
	/* A passport on the reader begins the next traveller, whatever is on the screen. */
	useLayoutEffect(
		() =>
			onBurst((text) => {
				if (!beginsZone(text)) return false;
				if (stage.value.kind !== 'asking') nextTraveller();
				zoneTyped(text.toUpperCase());
				return true;
			}),
		[],
	);
	useKeys(
		kind === 'asking' || kind === 'waiting'
			? [
					{ keys: '/', label: 'keys.name', run: () => document.querySelector<HTMLElement>('[data-field=name]')?.focus() },
					{ keys: 'Escape', label: 'keys.empty', run: nextTraveller, enabled: () => Object.values(form.value).some((value) => value !== '') },
					{ keys: 'Alt+Q', label: 'keys.queue', run: () => (queueMode.value = !queueMode.value) },
				]
			: [
					{
						keys: 'Enter',
						label: kind === 'failed' ? 'failed.again' : 'answer.next',
						run: () => {
							if (performance.now() - shownAt < ANSWER_MS) return;
							if (stage.value.kind === 'failed') void ask();
							else nextTraveller();
						},
					},
					{ keys: 'Escape', label: 'answer.change', run: change },
					{ keys: 'ArrowDown', label: 'keys.nextHit', run: () => move(1), enabled: hasHits },
					{ keys: 'ArrowUp', label: 'keys.lastHit', run: () => move(-1), enabled: hasHits },
					{ keys: '1', label: 'decide.same', run: () => judge('same'), enabled: hasHits },
					{ keys: '2', label: 'decide.different', run: () => judge('different'), enabled: hasHits },
					{ keys: '3', label: 'decide.unsure', run: () => judge('unsure'), enabled: hasHits },
				],
		[kind],
	);
	const now = stage.value;
	return (
		<>
			{now.kind === 'answered' ? <Answer answered={now.answered} /> : now.kind === 'failed' ? <Failed error={now.error} /> : <Ask />}
			{deciding.value !== null && <Decide {...deciding.value} />}
			{trouble.value !== null && (
				<Dialog title={t('trouble.title')} onClose={() => (trouble.value = null)}>
					<Trouble error={trouble.value} />
				</Dialog>
			)}
		</>
	);
}
