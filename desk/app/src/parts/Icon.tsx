/* The desk's icons: strokes on a grid of 24. Those that point somewhere are turned round where the page runs from right
 * to left; a hook, a lens or a clock is not. */
import type { JSX } from 'preact';

const SHAPES = {
	check: 'M4 5h16v14H4z M8 10a2.2 2.2 0 1 0 4.4 0a2.2 2.2 0 1 0 -4.4 0 M6.6 16c.5-2 1.9-2.8 3.6-2.8s3.1.8 3.6 2.8 M15.5 9.5h2.5 M15.5 13h2.5',
	table: 'M4 5h16v14H4z M4 10h16 M4 14.5h16 M10 10v9',
	lists: 'M9 6h11 M9 12h11 M9 18h11 M4.5 6h.01 M4.5 12h.01 M4.5 18h.01',
	decisions: 'M5 4h14v16H5z M8.5 9l1.5 1.5 2.5-2.5 M8.5 15l1.5 1.5 2.5-2.5 M15 9.5h1.5 M15 15.5h1.5',
	settings: 'M4 7h10 M18 7h2 M14 5v4 M4 17h4 M12 17h8 M8 15v4 M4 12h13 M20 12h0 M17 10v4',
	record: 'M6 3h9l4 4v14H6z M14.5 3v4.5H19 M9 12h7 M9 16h7',
	search: 'M11 4a7 7 0 1 0 0 14a7 7 0 1 0 0-14 M16 16l4.5 4.5',
	sun: 'M12 8a4 4 0 1 0 0 8a4 4 0 1 0 0-8 M12 2.5v2 M12 19.5v2 M2.5 12h2 M19.5 12h2 M5.3 5.3l1.4 1.4 M17.3 17.3l1.4 1.4 M5.3 18.7l1.4-1.4 M17.3 6.7l1.4-1.4',
	moon: 'M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5z',
	screen: 'M3 5h18v11H3z M9 20h6 M12 16v4',
	globe: 'M12 3a9 9 0 1 0 0 18a9 9 0 1 0 0-18 M3 12h18 M12 3c3 3 3 15 0 18 M12 3c-3 3-3 15 0 18',
	keyboard: 'M3 6h18v12H3z M6.5 10h.01 M10 10h.01 M13.5 10h.01 M17 10h.01 M8 14h8',
	print: 'M7 9V4h10v5 M7 17H4v-8h16v8h-3 M7 14h10v6H7z',
	next: 'M5 12h14 M13 6l6 6-6 6',
	back: 'M19 12H5 M11 6l-6 6 6 6',
	down: 'M6 9l6 6 6-6',
	close: 'M6 6l12 12 M18 6L6 18',
	same: 'M5 12.5l4.5 4.5L19 7',
	different: 'M6 6l12 12 M18 6L6 18',
	unsure: 'M9 9a3 3 0 1 1 4.2 2.8c-.8.4-1.2 1-1.2 2.2 M12 17.5h.01',
	warning: 'M12 4l9 16H3z M12 10v4.5 M12 17.2h.01',
	stop: 'M8 3h8l5 5v8l-5 5H8l-5-5V8z M12 7.5v5.5 M12 16.3h.01',
	clear: 'M12 3a9 9 0 1 0 0 18a9 9 0 1 0 0-18 M7.5 12.3l3.2 3.2 5.8-6.2',
	upload: 'M12 16V5 M7 9.5L12 4.5l5 5 M5 16v4h14v-4',
	download: 'M12 4v11 M7 10.5l5 5 5-5 M5 16v4h14v-4',
	undo: 'M9 14L4 9l5-5 M4 9h10a6 6 0 0 1 0 12h-3',
	cut: 'M4 4l16 16 M8.5 8.7A9 9 0 0 0 5 11 M2 8a14 14 0 0 1 3.5-2.4 M10.5 5.1A14 14 0 0 1 22 8 M14 9.3a9 9 0 0 1 5 1.9 M8.5 14.6a5 5 0 0 1 6 .3 M12 19h.01',
	queue: 'M4 7h9 M4 12h9 M4 17h9 M17 8l4 4-4 4',
	passport: 'M6 3h12v18H6z M12 7.5a3 3 0 1 0 0 6a3 3 0 1 0 0-6 M9 17h6',
	hidden: 'M4 4l16 16 M9.9 5.3A9.6 9.6 0 0 1 12 5c5 0 8.5 4.2 9.5 7a13 13 0 0 1-2.6 4 M6.3 7.3A13 13 0 0 0 2.5 12c1 2.8 4.500 7 9.500 7a9 9 0 0 0 4.300-1.100',
	notice: 'M5 3h14v18H5z M5 8h14 M9 13.500a3 3 0 1 0 6 0a3 3 0 1 0-6 0 M8 5.500h3',
	scales: 'M12 4v16 M8 20h8 M5 7h14 M5 7l-2.500 6a2.500 2.500 0 0 0 5 0z M19 7l-2.500 6a2.500 2.500 0 0 0 5 0z',
	pen: 'M4 20l1-4L16 5l3 3L8 19z M14 7l3 3',
	people: 'M9 5a3.200 3.200 0 1 0 0 6.400a3.200 3.200 0 1 0 0-6.400 M3 19c.5-3.500 3-5 6-5s5.500 1.500 6 5 M15.500 5.500a3 3 0 0 1 0 5.800 M17.500 14.300c2 .6 3.200 2.200 3.500 4.700',
	office: 'M4 20V9l8-5 8 5v11z M9 20v-6h6v6 M8 10h.01 M12 10h.01 M16 10h.01',
	eye: 'M2.500 12c1-2.800 4.500-7 9.500-7s8.500 4.200 9.500 7c-1 2.800-4.500 7-9.500 7s-8.500-4.200-9.500-7z M12 9a3 3 0 1 0 0 6a3 3 0 1 0 0-6',
	star: 'M12 4l2.500 5 5.500.8-4 3.900.9 5.500L12 16.600 7.100 19.200l.9-5.500-4-3.900 5.500-.8z',
	grid: 'M4 4h7v7H4z M13 4h7v7h-7z M4 13h7v7H4z M13 13h7v7h-7z',
	bell: 'M6 17h12 M7.500 17v-6a4.500 4.500 0 0 1 9 0v6 M10.500 20h3 M12 4v2.500',
	clock: 'M12 3a9 9 0 1 0 0 18a9 9 0 1 0 0-18 M12 7v5.500l3.500 2',
	box: 'M4 8l8-4 8 4v8l-8 4-8-4z M4 8l8 4 8-4 M12 12v8',
	map: 'M4 6l5-2 6 2 5-2v14l-5 2-6-2-5 2z M9 4v14 M15 6v14',
	flag: 'M6 21V4 M6 4h11l-2.500 4 2.500 4H6',
	hand: 'M12 3v9 M8.500 5v8 M15.500 5v8 M5 9.500v5a7 7 0 0 0 14 0V8',
	assembly: 'M4 20h16 M6 20v-8 M10 20v-8 M14 20v-8 M18 20v-8 M3 12h18 M12 4l9 6H3z',
	voice: 'M12 3a3 3 0 0 1 3 3v5a3 3 0 0 1-6 0V6a3 3 0 0 1 3-3z M6 11a6 6 0 0 0 12 0 M12 17v4 M9 21h6',
	gavel: 'M9 4l7 7 M6 7l7 7 M7.500 5.500l7 7 M13 11l8 8 M3 20h9',
	lock: 'M6 11h12v9H6z M8.500 11V8a3.500 3.500 0 0 1 7 0v3',
	minus: 'M6 12h12',
	link: 'M10 14a4 4 0 0 0 6 0l3-3a4.200 4.200 0 0 0-6-6l-1 1 M14 10a4 4 0 0 0-6 0l-3 3a4.200 4.200 0 0 0 6 6l1-1',
} as const;

export type IconName = keyof typeof SHAPES;

const TURNED: ReadonlySet<IconName> = new Set<IconName>(['next', 'back', 'undo', 'queue', 'lists', 'record', 'pen']);

export function Icon({ name, size }: { readonly name: IconName; readonly size?: 'large' | 'huge' }): JSX.Element {
	const look = `icon${TURNED.has(name) ? ' icon-turned' : ''}${size !== undefined ? ` icon-${size}` : ''}`;
	return (
		<svg class={look} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
			<path d={SHAPES[name]} />
		</svg>
	);
}
