export { jsonText } from '../../model/json-text.js';
