export { PointsmanError, errorCodes, type ErrorCode } from "./errors.ts";
