/* How src/pages/figures/world.ts was made: node map.mjs > ../src/pages/figures/world.ts, in a folder with the packages world-atlas
 * 2.0.2, topojson-client 3.1, d3-geo 3.1 and i18n-iso-countries 7. Natural Earth's data is in the public domain. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { geoCentroid, geoArea, geoEqualEarth, geoPath } from 'd3-geo';
import { feature } from 'topojson-client';

const require = createRequire(import.meta.url);
const codes = require('i18n-iso-countries');
const atlas = (name) => JSON.parse(readFileSync(require.resolve(`world-atlas/${name}.json`), 'utf8'));
const land = atlas('land-110m');
const projection = geoEqualEarth().fitSize([1000, 480], { type: 'Sphere' }).precision(0.4);
const round = (path) => path.replace(/\d+\.\d+/g, (number) => String(Math.round(Number(number))));
const shape = round(geoPath(projection)(feature(land, land.objects.land)));
const edge = round(geoPath(projection)({ type: 'Sphere' }));
const whole = atlas('countries-10m');
const places = [];
for (const one of feature(whole, whole.objects.countries).features) {
	const code = one.id !== undefined ? codes.numericToAlpha2(one.id) : one.properties.name === 'Kosovo' ? 'XK' : undefined; /* a member's code without a number */
	if (code === undefined) continue;
	const parts = one.geometry.type === 'MultiPolygon' ? one.geometry.coordinates.map((coordinates) => ({ type: 'Polygon', coordinates })) : [one.geometry];
	const largest = parts.reduce((most, part) => (geoArea(part) > geoArea(most) ? part : most));
	const [x, y] = projection(geoCentroid(largest));
	places.push(`${code}${Math.round(x)},${Math.round(y)}`);
}
const wrap = (text) => text.match(/.{1,150}/g).map((line) => `\t'${line}'`).join(' +\n');
console.log(`/* Land and water in the projection Equal Earth, 1000 by 480, without any border; and the middle of each country's largest part, by
 * its code: where a circle stands. Made by desk/app/map.mjs from Natural Earth (public domain), by way of world-atlas 2.0.2. */
export const LAND =
${wrap(shape)};
export const EDGE =
${wrap(edge)};
export const PLACES =
${wrap([...new Set(places)].sort().join(' '))};`);
