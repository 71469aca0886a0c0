import { z } from 'zod';
import type { Clock } from '../kit/clock.ts';
import { createDeadline } from '../kit/deadline.ts';
import { abortReason, messageOf, SupervisorError } from '../kit/errors.ts';
import { parseImageReference, type ImageReference } from '../model/image-reference.ts';
import type { DeltaAnswer, DeltaServer, DeltaWish, RegistryAuth } from '../ports/cloud.ts';
import { parseAnswer } from './answers.ts';
import { apiUrl } from './endpoint.ts';
import type { HttpAnswer, HttpClient } from './http.ts';
import { endpointOf, type CloudAccessDeps } from './identity.ts';
import { hostOf } from './network-failure.ts';
import { createPullTokens, type PullTokens, type TokenWish } from './pull-tokens.ts';
import { isRelated } from './registry-auth.ts';

export interface DeltaServerDeps extends CloudAccessDeps {
	/** Its own limits should be no shorter than `requestTimeoutMs`. */
	readonly http: Pick<HttpClient, 'send'>;
	readonly registryAuth: RegistryAuth;
	/** Longest time that one question to the delta server may take, in milliseconds; 0 for no limit. */
	readonly requestTimeoutMs: () => number;
	readonly clock: Pick<Clock, 'monotonicMs'>;
}

/** Where deltas are asked for when config.json names nobody: only for devices of the same cloud. */
const defaultEndpoint = 'https://delta.balena-cloud.com';

const Delta = z.object({ name: z.string().min(1) });

/**
 * Asks the delta server of config.json in the third form of the protocol (contract 2.5). The device's key goes to the
 * cloud's API alone, for a token that opens the two images and nothing else; the delta server sees that token, and so does
 * the registry of the images.
 */
export function createDeltaServer(deps: DeltaServerDeps): DeltaServer {
	const tokens = createPullTokens(deps);
	return {
		async ask(wish, signal) {
			try {
				const inquiry = await inquiryFor(wish, deps);
				return 'kind' in inquiry ? inquiry : await answerTo(inquiry, { ...deps, tokens, signal });
			} catch (err) {
				if (signal.aborted) throw abortReason(signal);
				return none(messageOf(err), false);
			}
		},
	};
}

/** A question that may be asked. */
interface Inquiry {
	readonly url: string;
	readonly registry: string;
	readonly token: TokenWish;
}

/** @returns the reason when there is nobody to ask */
async function inquiryFor(
	{ image, source }: DeltaWish,
	{ config, apiEndpointOverride, registryAuth }: DeltaServerDeps,
): Promise<Inquiry | DeltaAnswer> {
	const { deltaEndpoint, apiEndpoint: configured } = await config.read();
	const apiEndpoint = await endpointOf(configured, apiEndpointOverride);
	if (!isServerOf(deltaEndpoint, configured)) {
		return none('config.json names no delta server of this cloud (deltaEndpoint)', false);
	}
	const images: readonly ImageReference[] = [image, source].map(parseImageReference);
	const [registry, other] = images.map((one) => one.registry);
	if (registry === undefined || registry !== other) {
		return none('the two images are not of one registry', true);
	}
	const credentials = await registryAuth.credentialsFor(image);
	if (credentials === undefined) {
		return none(`${registry} is not known as the registry of this cloud`, false);
	}
	const query = `src=${inQuery(source)}&dest=${inQuery(image)}`;
	return {
		url: apiUrl(deltaEndpoint, `/api/v3/delta?${query}`),
		registry,
		token: { apiEndpoint, credentials, images },
	};
}

/** Names of images are no business of another cloud's delta server. */
function isServerOf(deltaEndpoint: string, apiEndpoint: string): boolean {
	if (deltaEndpoint === '' || apiEndpoint === '') return false;
	const isDefault = apiUrl(deltaEndpoint, '') === apiUrl(defaultEndpoint, '');
	return !isDefault || isRelated(new URL(defaultEndpoint).host, apiEndpoint);
}

/** As other devices write it: what may stand in a query stays readable. */
function inQuery(reference: string): string {
	return encodeURIComponent(reference).replace(/%(2F|3A|40)/g, decodeURIComponent);
}

interface AnswerDeps extends DeltaServerDeps {
	readonly tokens: PullTokens;
	readonly signal: AbortSignal;
}

/** A token that the server does not take any more is asked for anew, once. */
async function answerTo(inquiry: Inquiry, deps: AnswerDeps): Promise<DeltaAnswer> {
	const first = await attempt(inquiry, deps);
	if (first.answer.status !== 401) return read(first, inquiry);
	deps.tokens.forget(inquiry.token);
	return read(await attempt(inquiry, deps), inquiry);
}

interface Answered {
	readonly answer: HttpAnswer;
	readonly token: string;
}

async function attempt(
	{ url, token: wish }: Inquiry,
	{ http, tokens, requestTimeoutMs, signal }: AnswerDeps,
): Promise<Answered> {
	const token = await tokens.get(wish, signal);
	const timeoutMs = requestTimeoutMs();
	const deadline = createDeadline(signal, timeoutMs === 0 ? Infinity : timeoutMs);
	try {
		const { signal: limited } = deadline;
		return {
			token,
			answer: await http.send({ method: 'GET', url, key: token, signal: limited }),
		};
	} catch (err) {
		if (!deadline.isExpired) throw err;
		const late = `the delta server at ${hostOf(url)} gave no answer within ${timeoutMs} ms`;
		throw new SupervisorError(late, { code: 'CLOUD_UNREACHABLE', cause: err });
	} finally {
		deadline.end();
	}
}

function read({ answer, token }: Answered, { registry }: Inquiry): DeltaAnswer {
	const { status, host, retryAfterMs } = answer;
	if (status === 502 || status === 504) return { kind: 'processing', retryAfterMs };
	if (status !== 200) {
		const isLasting = status >= 400 && status < 500 && status !== 429;
		return none(`the delta server at ${host} refused with status ${status}`, isLasting);
	}
	const { name } = parseAnswer(answer, Delta, 'the name of the delta');
	if (parseImageReference(name).registry !== registry) {
		return none(`the delta server at ${host} named an image that is not in ${registry}`, true);
	}
	return { kind: 'ready', name, token };
}

function none(reason: string, isLasting: boolean): DeltaAnswer {
	return { kind: 'none', reason, isLasting };
}
