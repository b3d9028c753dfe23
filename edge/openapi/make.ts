import { descriptions } from './descriptions.ts';
import { openapiDocument } from './document.ts';

export const makeDocument = (version: string): object => openapiDocument(descriptions, version);
