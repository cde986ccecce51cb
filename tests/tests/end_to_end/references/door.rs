//! The way to a database, which can be shut.

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use url::Url;

/// Passes connections on while it is open. When it shuts, those that it has passed on are cut.
pub struct Door {
    is_open: watch::Sender<bool>,
    url: Url,
}

impl Door {
    /// An open one before the database of `url`.
    pub async fn before(url: &Url) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut through = url.clone();
        through.set_port(Some(listener.local_addr().unwrap().port())).unwrap();
        let server = (url.host_str().unwrap().to_owned(), url.port().unwrap());
        let (is_open, seen) = watch::channel(true);
        tokio::spawn(async move {
            while let Ok((mut client, _)) = listener.accept().await {
                let (server, mut seen) = (server.clone(), seen.clone());
                tokio::spawn(async move {
                    if !*seen.borrow_and_update() {
                        return;
                    }
                    let mut server = TcpStream::connect(server).await.unwrap();
                    tokio::select! {
                        _ = tokio::io::copy_bidirectional(&mut client, &mut server) => {}
                        _ = seen.wait_for(|is_open| !is_open) => {}
                    }
                });
            }
        });
        Self { is_open, url: through }
    }

    /// The database's URL through the door.
    pub fn url(&self) -> &Url {
        &self.url
    }

    pub fn shut(&self) {
        self.is_open.send_replace(false);
    }

    pub fn open(&self) {
        self.is_open.send_replace(true);
    }
}
