import { posix } from 'node:path';

/** The host folder below which services may bind, and the part of it that is ours. */
const allowedRoot = '/tmp/';
const reserved = ['/tmp/balena-supervisor', '/tmp/resin-supervisor'];

/** True for absolute paths strictly below `/tmp` of the host that do not reach the supervisor's own folders. */
export function isBindAllowed(source: string): boolean {
	const path = posix.normalize(source).replace(/\/+$/, '');
	if (!path.startsWith(allowedRoot) || source.split('/').includes('..')) return false;
	return !reserved.some((folder) => path === folder || path.startsWith(`${folder}/`));
}

/** Why a bind has no effect, for the user. */
export function bindRefusal(source: string): string {
	return `${source} is a path of the host; only paths below /tmp may be mounted`;
}
