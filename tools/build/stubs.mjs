// What the bundle leaves out of its libraries: parts that the supervisor never uses, which would cost start-up time
// and memory, or that do not work inside one file.
import { readFileSync } from 'node:fs';

/** A module that says so when somebody comes to use it after all. */
const absent = (name) => `
const use = () => { throw new Error(${JSON.stringify(`${name} is left out of this build (tools/build/stubs.mjs)`)}); };
module.exports = new Proxy(use, { get: (_, key) => (key === '__esModule' || typeof key === 'symbol' ? undefined : use) });
`;

/** Resolved by name, from any importer. The comment says who imports it and for what. */
const absentPackages = [
	'ssh2', // docker-modem: engines reached over ssh
	'@grpc/grpc-js', // dockerode: BuildKit sessions
	'@grpc/proto-loader', // dockerode: likewise
	'protobufjs', // dockerode: BuildKit progress
	'tar-fs', // dockerode: build contexts from a folder
	'@balena/dockerignore', // dockerode: likewise
	'http-signature', // request: the httpSignature option
	'aws4', // request: the aws option
	'aws-sign2', // request: likewise
	'thread-stream', // pino: transports in worker threads
	'x11', // dbus-next: the address of a session bus, asked of an X server
];

/** Left out by path: files inside packages whose neighbours are needed. */
const absentFiles = [
	/knex\/lib\/dialects\/(better-sqlite3|cockroachdb|mariadb|mssql|mysql|mysql2|oracle|oracledb|pgnative|postgres|redshift)\/index\.js$/,
	/zod\/v4\/locales\/index\.js$/,
];

/** Left out by path too, where an empty table is an answer: a charset that is not in it is refused with 415. */
const emptyFiles = [/iconv-lite\/encodings\/dbcs-data\.js$/];

const replacements = {
	// request-promise asks for a private copy of request by emptying require.cache, which a bundle does not have.
	// The only request in here is its own, so the shared copy is the private one.
	'stealthy-require': 'module.exports = (cache, load) => load();',
	// request makes an empty cookie jar when it is loaded and uses it where the option "jar" is set. Nobody sets it;
	// the real one comes with a list of all public suffixes.
	'tough-cookie': 'exports.CookieJar = class {}; exports.Cookie = {};',
};

/** File name extensions that the supervisor sends or receives; the other 2,000 media types stay out. */
const extensions = new Set(
	'bin css csv gif gz html ico jpeg jpg js json mjs map md pdf png svg tar tgz txt wasm webmanifest webp woff woff2 xml yaml yml zip'.split(
		' ',
	),
);

function loadMediaTypes({ path }) {
	const types = Object.entries(JSON.parse(readFileSync(path, 'utf8')));
	const kept = types.filter(
		([name, { extensions: own = [] }]) =>
			own.some((extension) => extensions.has(extension)) || /form|^multipart/.test(name),
	);
	return { contents: JSON.stringify(Object.fromEntries(kept)), loader: 'json' };
}

const exactly = (names) =>
	new RegExp(`^(${names.map((name) => name.replace(/[/.]/g, '\\$&')).join('|')})$`);

/** esbuild plugin that puts the stubs in place of the real modules. */
export const stubs = {
	name: 'stubs',
	setup(build) {
		const namespace = 'stub';
		const resolve = ({ path }) => ({ path, namespace });
		build.onResolve({ filter: exactly(absentPackages) }, resolve);
		build.onResolve({ filter: exactly(Object.keys(replacements)) }, resolve);
		build.onLoad({ filter: /.*/, namespace }, ({ path }) => ({
			contents: replacements[path] ?? absent(path),
		}));
		build.onLoad({ filter: /mime-db\/db\.json$/ }, loadMediaTypes);
		for (const filter of emptyFiles) {
			build.onLoad({ filter }, () => ({ contents: 'module.exports = {};', loader: 'js' }));
		}
		for (const filter of absentFiles) {
			build.onLoad({ filter }, ({ path }) => ({
				contents: absent(path.slice(path.lastIndexOf('node_modules/') + 13)),
				loader: 'js',
			}));
		}
	},
};
