import { expect } from 'chai';
import type { ErrorCode } from '../kit/error-codes.ts';
import { SupervisorError } from '../kit/errors.ts';
import { alreadySo, shorten, statusOf, toEngineError } from './errors.ts';

interface Case {
	readonly name: string;
	readonly status?: number;
	readonly code?: string;
	readonly text: string;
	readonly becomes: ErrorCode;
	readonly says: RegExp;
}

/** As engines word them, 20.10 to 29. */
const cases: readonly Case[] = [
	{
		name: 'socket missing',
		code: 'ENOENT',
		text: 'connect ENOENT /var/run/docker.sock',
		becomes: 'ENGINE_UNAVAILABLE',
		says: /its socket does not exist/,
	},
	{
		name: 'refused',
		code: 'ECONNREFUSED',
		text: 'connect ECONNREFUSED',
		becomes: 'ENGINE_UNAVAILABLE',
		says: /nothing listens/,
	},
	{
		name: 'reset',
		code: 'ECONNRESET',
		text: 'socket hang up',
		becomes: 'ENGINE_UNAVAILABLE',
		says: /closed the connection/,
	},
	{
		name: 'broken off inside an answer',
		text: 'aborted',
		becomes: 'ENGINE_UNAVAILABLE',
		says: /aborted/,
	},
	{
		name: 'a proxy before a starting engine',
		status: 503,
		text: 'starting',
		becomes: 'ENGINE_UNAVAILABLE',
		says: /starting/,
	},
	{
		name: 'absent container',
		status: 404,
		text: 'No such container: x',
		becomes: 'ENGINE_NOT_FOUND',
		says: /^No such container: x$/,
	},
	{
		name: 'port allocated',
		status: 500,
		text: 'driver failed programming external connectivity on endpoint web (ab12): Bind for 0.0.0.0:8080 failed: port is already allocated',
		becomes: 'PORT_TAKEN',
		says: /^port 8080 of the host is already in use$/,
	},
	{
		name: 'port allocated, IPv6',
		status: 500,
		text: 'driver failed programming external connectivity on endpoint web (ab12): Bind for :::8081 failed: port is already allocated',
		becomes: 'PORT_TAKEN',
		says: /^port 8081 /,
	},
	{
		name: 'port taken by a program of the host',
		status: 500,
		text: 'driver failed programming external connectivity on endpoint web (ab12): Error starting userland proxy: listen tcp4 0.0.0.0:80: bind: address already in use',
		becomes: 'PORT_TAKEN',
		says: /^port 80 /,
	},
	{
		name: 'port taken, newer engines',
		status: 500,
		text: 'failed to set up container networking: driver failed programming external connectivity on endpoint web (ab12): failed to bind host port for 0.0.0.0:8082:172.17.0.2:80/tcp: address already in use',
		becomes: 'PORT_TAKEN',
		says: /^port 8082 /,
	},
	{
		name: 'port taken, newest engines',
		status: 500,
		text: 'failed to bind host port 0.0.0.0:8083/tcp: address already in use',
		becomes: 'PORT_TAKEN',
		says: /^port 8083 /,
	},
	{
		name: 'port taken, number unknown',
		status: 500,
		text: 'address already in use',
		becomes: 'PORT_TAKEN',
		says: /^a port of the host/,
	},
	{
		name: 'no image for this platform',
		status: 404,
		text: 'no matching manifest for linux/arm/v7 in the manifest list entries',
		becomes: 'IMAGE_WRONG_ARCHITECTURE',
		says: /not made for linux\/arm\/v7$/,
	},
	{
		name: 'not executable here',
		status: 400,
		text: 'OCI runtime create failed: exec /app: exec format error: unknown',
		becomes: 'IMAGE_WRONG_ARCHITECTURE',
		says: /another architecture/,
	},
	{
		name: 'platform mismatch',
		status: 404,
		text: 'image with reference a:1 was found but does not match the specified platform: wanted linux/amd64, actual: linux/arm64',
		becomes: 'IMAGE_WRONG_ARCHITECTURE',
		says: /wanted linux\/amd64/,
	},
	{
		name: 'disk full',
		status: 500,
		text: 'mkdir /var/lib/docker/overlay2/x: no space left on device',
		becomes: 'NO_SPACE',
		says: /disk is full/,
	},
	{
		name: 'anything else',
		status: 409,
		text: 'conflict:\n  unable to remove',
		becomes: 'ENGINE_REFUSED',
		says: /^conflict: unable to remove$/,
	},
];

const thrown = ({ status, code, text }: Case): Error =>
	Object.assign(new Error(status === undefined ? text : `(HTTP code ${status}) x - ${text} `), {
		...(status !== undefined && { statusCode: status, json: { message: text } }),
		...(code !== undefined && { code }),
	});

describe('toEngineError', () => {
	for (const c of cases) {
		it(`must give ${c.becomes}: ${c.name}`, () => {
			const err = toEngineError(thrown(c));
			expect(err).to.be.instanceOf(SupervisorError);
			expect(err).to.have.property('code', c.becomes);
			expect(err).to.have.property('message').match(c.says);
			expect(statusOf(err)).to.equal(c.status);
		});
	}

	it('must take the message of an answer that is no JSON', () => {
		const err = Object.assign(new Error('(HTTP code 400) bad parameter - invalid name '), {
			statusCode: 400,
			json: Buffer.from('invalid name'),
		});
		expect(toEngineError(err)).to.have.property('message', 'invalid name');
	});

	it('must leave defects and our own failures as they are', () => {
		const defect = new TypeError('x is not a function');
		const own = new SupervisorError('no', { code: 'NO_SPACE' });
		expect(toEngineError(defect)).to.equal(defect);
		expect(toEngineError(own)).to.equal(own);
		expect(toEngineError('text')).to.equal('text');
	});
});

describe('alreadySo', () => {
	it('must forgive the statuses named, and no others', async () => {
		const conflict = thrown({ ...(cases.at(-1) ?? cases[0]!) });
		await alreadySo(Promise.reject(conflict), [409]);
		const err: unknown = await alreadySo(Promise.reject(conflict), [404]).catch((e: unknown) => e);
		expect(err).to.equal(conflict);
	});
});

describe('shorten', () => {
	it('must make one line of at most 400 characters', () => {
		expect(shorten(' a\n\tb ')).to.equal('a b');
		expect(shorten('x'.repeat(1000))).to.have.length(400);
	});
});
