//! DISCONNECT (section 3.14).

bodiless! {
    "A client says goodbye, and its will is not published (section 3.14)." Disconnect;
}
