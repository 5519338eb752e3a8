/* Builds the desk: node build.mjs FOLDER [--tests TESTS]. FOLDER then holds what the service gives out, file by file:
 * index.html and worker.js under their own names, everything else under assets/ with a hash of its content in its name. */
import * as esbuild from 'esbuild';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const here = dirname(fileURLToPath(import.meta.url));
const [folder, flag, tests] = process.argv.slice(2);
process.chdir(here);

const common = { bundle: true, charset: 'utf8', legalComments: 'none', logLevel: 'warning', target: 'es2022', jsx: 'automatic', jsxImportSource: 'preact', define: { 'process.env.NODE_ENV': '"production"' } };
const hashOf = (bytes) => createHash('sha256').update(bytes).digest('hex').slice(0, 10).toUpperCase();

async function program() {
	rmSync(folder, { recursive: true, force: true });
	mkdirSync(join(folder, 'assets'), { recursive: true });
	const assets = join(folder, 'assets');
	const built = await esbuild.build({
		...common, entryPoints: { app: 'src/main.tsx' }, outdir: assets, format: 'esm', splitting: true, minify: true, metafile: true,
		entryNames: '[name]-[hash]', chunkNames: 'part-[hash]', assetNames: '[name]-[hash]', loader: { '.woff2': 'file' },
	});
	const [start] = (await esbuild.build({ ...common, entryPoints: ['src/start.ts'], outdir: assets, entryNames: '[name]-[hash]', format: 'iife', minify: true, write: false })).outputFiles;
	writeFileSync(start.path, start.contents);
	const outputs = Object.entries(built.metafile.outputs).map(([path, output]) => ({ name: path.slice(path.lastIndexOf('/') + 1), ...output }));
	const app = outputs.find((output) => output.entryPoint === 'src/main.tsx');
	const style = app.cssBundle.slice(app.cssBundle.lastIndexOf('/') + 1);
	const put = (name, extension, text) => {
		const file = `${name}-${hashOf(text)}.${extension}`;
		writeFileSync(join(assets, file), text);
		return file;
	};
	const icon = put('icon', 'svg', readFileSync('src/icon.svg'));
	const manifest = put('desk', 'webmanifest', JSON.stringify({ name: 'jisr', short_name: 'jisr', start_url: '/', scope: '/', display: 'standalone', background_color: '#f3f5f7', theme_color: '#0b4a68', icons: [{ src: `/assets/${icon}`, sizes: 'any', type: 'image/svg+xml' }] }));
	/* What the first page needs beside app: shared parts and the check page. */
	const first = new Set();
	const add = (output) => {
		for (const { path, kind } of output.imports) {
			const name = path.slice(path.lastIndexOf('/') + 1);
			const next = outputs.find((one) => one.name === name);
			if (next === undefined || first.has(name) || (kind === 'dynamic-import' && next.entryPoint !== 'src/pages/check/index.tsx')) continue;
			first.add(name);
			add(next);
		}
	};
	add(app);
	const page = readFileSync('src/index.html', 'utf8')
		.replace('{icon}', `/assets/${icon}`)
		.replace('{manifest}', manifest)
		.replace('{start}', `/assets/${start.path.slice(start.path.lastIndexOf('/') + 1)}`)
		.replace('{style}', `/assets/${style}`)
		.replace('{app}', `/assets/${app.name}`)
		.replace('{preloads}', [...first].map((name) => `<link rel="modulepreload" href="/assets/${name}">\n`).join(''));
	writeFileSync(join(folder, 'index.html'), page);
	const files = readdirSync(assets).sort();
	const version = hashOf(page + files.join('\n'));
	await esbuild.build({
		...common, entryPoints: { worker: 'src/worker.ts' }, outdir: folder, format: 'iife', minify: true,
		define: { FILES: JSON.stringify(['/', ...files.map((file) => `/assets/${file}`)]), VERSION: JSON.stringify(version) },
	});
	writeFileSync(join(folder, 'licences.txt'), licences());
	/* Script and style of the first page in one language, compressed, for docs/benchmarks.md. */
	const size = (name) => gzipSync(readFileSync(join(assets, name)), { level: 9 }).length;
	const english = outputs.find((output) => output.entryPoint === 'src/strings/en.ts').name;
	const total = [app.name, style, english, start.path.slice(start.path.lastIndexOf('/') + 1), ...first].reduce((sum, name) => sum + size(name), 0);
	if (process.env.DESK_SIZES) console.log(`first load: ${total} bytes of script and style (gzip), of which style ${size(style)}, words ${size(english)}`);
}

/* Whose work is carried in the built desk, with their licences. */
function licences() {
	return ['preact', '@preact/signals', '@preact/signals-core', '@fontsource-variable/ibm-plex-sans', '@fontsource/ibm-plex-sans-arabic', '@fontsource/ibm-plex-mono']
		.map((name) => `${name} ${JSON.parse(readFileSync(`node_modules/${name}/package.json`)).version}\n\n${readFileSync(`node_modules/${name}/LICENSE`, 'utf8').trim()}\n`)
		.join('\n----\n\n');
}

async function testPrograms() {
	const names = readdirSync('test').filter((name) => name.endsWith('.test.ts') || name.endsWith('.test.tsx'));
	await esbuild.build({ ...common, entryPoints: names.map((name) => `test/${name}`), outdir: tests, outExtension: { '.js': '.mjs' }, format: 'esm', platform: 'node', define: { ...common.define, __ROOT__: JSON.stringify(join(here, '..', '..')) } });
}

await program();
if (flag === '--tests') await testPrograms();
