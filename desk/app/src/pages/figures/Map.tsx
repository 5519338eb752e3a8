/* The world without borders: land and water, and for each country of the figure a circle, as large in area as its number. No
 * border is drawn, since many are disputed: a circle says where an office works, and nothing about territory. */
import type { JSX } from 'preact';
import { t } from '../../strings';
import { country, number } from '../../strings/format';
import { EDGE, LAND, PLACES } from './world';

export interface Place {
	readonly code: string; /* of the country */
	readonly name: string;
	readonly count: number;
	readonly href: string;
	readonly look?: 'good' | 'near' | 'bad'; /* of what has a state; said in `name` too */
}

const AREAS = { world: '0 0 1000 480', africa: '430 120 220 250', americas: '90 20 320 420', asia: '560 40 360 230', europe: '440 20 200 120', oceania: '750 190 250 200' } as const;
export type Area = keyof typeof AREAS;
export const AREA_NAMES = Object.keys(AREAS) as Area[];

const at = new Map<string, readonly [number, number]>(PLACES.split(' ').map((one) => [one.slice(0, 2), one.slice(2).split(',').map(Number) as [number, number]]));

export function WorldMap({ label, places, area }: { readonly label: string; readonly places: readonly Place[]; readonly area: Area }): JSX.Element {
	const most = Math.max(1, ...places.map((one) => one.count));
	const wide = Number(AREAS[area].split(' ')[2]) / 1000;
	/* Small ones above large ones, so that each can be reached. */
	const drawn = places.filter((one) => at.has(one.code) && one.count > 0).sort((a, b) => b.count - a.count);
	return (
		<div class="map" dir="ltr" role="group" aria-label={label}>
			<svg viewBox={AREAS[area]} preserveAspectRatio="xMidYMid meet">
				<path class="map-sea" d={EDGE} />
				<path class="map-land" d={LAND} />
				{drawn.map((one) => {
					const [x, y] = at.get(one.code) ?? [0, 0];
					const size = (3 + 17 * Math.sqrt(one.count / most)) * Math.max(0.4, Math.sqrt(wide));
					return (
						<a key={`${one.code} ${one.href}`} href={one.href} aria-label={`${one.name}: ${number(one.count)}`}>
							<title>{`${one.name}: ${number(one.count)}`}</title>
							<circle class={`map-place ${one.look !== undefined ? `map-${one.look}` : ''}`} data-country={one.code} cx={x} cy={y} r={size} />
						</a>
					);
				})}
			</svg>
			<p class="small" dir="auto">
				{t('map.policy')}
			</p>
			{places.some((one) => !at.has(one.code)) && <p class="small">{places.filter((one) => !at.has(one.code)).map((one) => country(one.code)).join(' · ')}</p>}
		</div>
	);
}
