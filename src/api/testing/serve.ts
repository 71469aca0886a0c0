import { expect } from 'chai';
import type { Express } from 'express';
import request from 'supertest';
import { silentLogger } from '../../kit/logger.ts';
import type { ApiDeps } from '../deps.ts';
import { createObstacle } from '../obstacle.ts';
import { createApi, type ApiOptions } from '../server.ts';
import { depsOf, globalKey, type Calls } from './fixture.ts';

/** The local API over dependencies that are there from the first moment; it logs nothing unless told where. */
export function apiOf(
	deps: ApiDeps,
	options: Partial<Pick<ApiOptions, 'log' | 'pageFile'>> = {},
): Express {
	const ready = Promise.resolve(deps);
	return createApi({ ready, obstacle: createObstacle(), log: silentLogger, ...options });
}

/** The local API in this process, over noted dependencies. */
export function serve(overrides: Partial<ApiDeps> = {}): {
	agent: ReturnType<typeof request>;
	calls: Calls;
} {
	const calls: Calls = { log: [] };
	return { agent: request(apiOf(depsOf(calls, overrides))), calls };
}

/** What a request is answered, and what it brings about. */
export interface AnswerCase {
	name: string;
	call: [method: 'get' | 'post', path: string, body?: object];
	/** Default: the global key; null: none. */
	key?: string | null;
	status: number;
	text?: string;
	json?: unknown;
	/** What was asked of the dependencies; default: nothing. */
	did?: string[];
}

/** Fails unless a fresh API answers so. */
export async function expectAnswer(one: Omit<AnswerCase, 'name'>): Promise<void> {
	const { agent, calls } = serve();
	const [method, path, body] = one.call;
	const sent = agent[method](path);
	if (one.key !== null) void sent.set('Authorization', `Bearer ${one.key ?? globalKey}`);
	const answer = await (body === undefined ? sent : sent.send(body));
	expect(answer.status, answer.text).to.equal(one.status);
	if (one.text !== undefined) expect(answer.text).to.equal(one.text);
	if (one.json !== undefined) expect(answer.body).to.deep.equal(one.json);
	expect(calls.log).to.deep.equal(one.did ?? []);
}
