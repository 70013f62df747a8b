//! Stands in for reqwest 0.9.
use serde::{de::DeserializeOwned, Serialize};
use std::fmt::Display;

pub mod header {
    pub const USER_AGENT: &str = "user-agent";
}

#[derive(Debug)]
pub struct Error;

pub struct Client;
pub struct Request;
pub struct RequestBuilder;
pub struct Response;

impl Client {
    pub fn new() -> Client { Client }
    pub fn get(&self, _: &str) -> RequestBuilder { RequestBuilder }
    pub fn post(&self, _: &str) -> RequestBuilder { RequestBuilder }
    pub fn put(&self, _: &str) -> RequestBuilder { RequestBuilder }
    pub fn patch(&self, _: &str) -> RequestBuilder { RequestBuilder }
    pub fn delete(&self, _: &str) -> RequestBuilder { RequestBuilder }
    pub fn execute(&self, _: Request) -> Result<Response, Error> { Err(Error) }
}

impl RequestBuilder {
    pub fn header(self, _: &str, _: String) -> RequestBuilder { self }
    pub fn bearer_auth<T: Display>(self, _: T) -> RequestBuilder { self }
    pub fn json<T: Serialize + ?Sized>(self, _: &T) -> RequestBuilder { self }
    pub fn query<T: Serialize + ?Sized>(self, _: &T) -> RequestBuilder { self }
    pub fn build(self) -> Result<Request, Error> { Err(Error) }
}

impl Response {
    pub fn error_for_status(self) -> Result<Response, Error> { Err(Error) }
    pub fn json<T: DeserializeOwned>(&mut self) -> Result<T, Error> { Err(Error) }
}
