// Exit code 0 if node_modules holds every package that package-lock.json names, in that version, and sqlite3's
// compiled module; 1 if not; 2 if this Node is too old. npm's own record of what it installed makes this one
// comparison of two files.
import { existsSync, readFileSync } from 'node:fs';

const read = (path) => JSON.parse(readFileSync(path, 'utf8'));

/** Whether the record of what is installed has each package that must be installed. */
function isInstalled(locked, installed) {
	return Object.entries(locked).every(
		([path, entry]) =>
			path === '' ||
			entry.optional === true ||
			entry.devOptional === true ||
			entry.peer === true ||
			installed[path]?.version === entry.version,
	);
}

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
	process.stderr.write(`setup: Node 20.19 or newer is needed; this is ${process.versions.node}\n`);
	process.exit(2);
}
try {
	const ready =
		existsSync('node_modules/sqlite3/build/Release/node_sqlite3.node') &&
		isInstalled(
			read('package-lock.json').packages,
			read('node_modules/.package-lock.json').packages,
		);
	process.exit(ready ? 0 : 1);
} catch {
	process.exit(1);
}
