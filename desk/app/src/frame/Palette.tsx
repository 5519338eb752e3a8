/* Everything that can be done, found by typing: pages, what the page shown offers, languages, colours. */
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Dialog } from '../parts/Dialog';
import { Icon, type IconName } from '../parts/Icon';
import { routes } from '../routes';
import { LANGUAGE_NAMES, speak, t } from '../strings';
import { commands } from './keys';
import { Keys } from './Help';
import { go } from './router';
import { LANGUAGES, theme } from './store';
import { offered } from './who';

interface Entry {
	readonly id: string;
	readonly text: string;
	readonly lang?: string;
	readonly group: string;
	readonly icon: IconName;
	readonly keys?: string;
	readonly run: () => void;
}

function entries(): Entry[] {
	return [
		...commands.value
			.filter((command) => command.label !== 'keys.palette' && (command.enabled?.() ?? true))
			.map((command) => ({ id: command.label, text: t(command.label), group: t('palette.here'), icon: 'keyboard' as const, keys: command.keys, run: command.run })),
		...routes.filter(offered).map((route) => ({ id: route.name, text: t(route.title), group: t('palette.pages'), icon: route.icon, run: () => go(route.path) })),
		...LANGUAGES.map((language) => ({ id: language, text: LANGUAGE_NAMES[language], lang: language, group: t('settings.language'), icon: 'globe' as const, run: () => void speak(language) })),
		...(['light', 'dark', 'system'] as const).map((which) => ({
			id: which,
			text: t(`theme.${which}`),
			group: t('settings.theme'),
			icon: which === 'light' ? ('sun' as const) : which === 'dark' ? ('moon' as const) : ('screen' as const),
			run: () => {
				theme.value = which;
			},
		})),
	];
}

const fold = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

export function Palette({ onClose }: { readonly onClose: () => void }): JSX.Element {
	const [asked, setAsked] = useState('');
	const [at, setAt] = useState(0);
	const chosen = useRef<HTMLLIElement>(null);
	const words = fold(asked).split(/\s+/);
	const found = entries().filter((entry) => words.every((word) => fold(`${entry.text} ${entry.group}`).includes(word)));
	const index = Math.min(at, Math.max(0, found.length - 1));
	useEffect(() => chosen.current?.scrollIntoView({ block: 'nearest' }), [index]);
	const take = (entry: Entry | undefined): void => {
		if (entry === undefined) return;
		onClose();
		setTimeout(entry.run);
	};
	return (
		<Dialog title={t('keys.palette')} look="palette" onClose={onClose}>
			<input
				class="palette-input"
				type="text"
				role="combobox"
				autocomplete="off"
				aria-expanded="true"
				aria-controls="palette-list"
				aria-activedescendant={found.length > 0 ? `palette-${index}` : undefined}
				aria-label={t('palette.find')}
				placeholder={t('palette.find')}
				autofocus
				value={asked}
				onInput={(event) => {
					setAsked(event.currentTarget.value);
					setAt(0);
				}}
				onKeyDown={(event) => {
					const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
					if (step !== 0) setAt((index + step + found.length) % Math.max(1, found.length));
					else if (event.key === 'Enter') take(found[index]);
					else return;
					event.preventDefault();
				}}
			/>
			<ul class="palette-list" id="palette-list" role="listbox" aria-label={t('keys.palette')}>
				{found.map((entry, i) => (
					<li key={entry.group + entry.id} id={`palette-${i}`} ref={i === index ? chosen : null} role="option" aria-selected={i === index} onClick={() => take(entry)}>
						<Icon name={entry.icon} />
						<span lang={entry.lang}>{entry.text}</span>
						<small>{entry.group}</small>
						{entry.keys !== undefined && <Keys keys={entry.keys} />}
					</li>
				))}
			</ul>
			{found.length === 0 && (
				<p class="palette-none" role="status">
					{t('palette.none')}
				</p>
			)}
		</Dialog>
	);
}
